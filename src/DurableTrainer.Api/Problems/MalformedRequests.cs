using System.Diagnostics;
using System.Globalization;
using System.IO.Pipelines;
using System.Text;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.WebUtilities;

namespace DurableTrainer.Api.Problems;

/// <summary>
/// What is no HTTP request never reaches a route: the server turns it away by itself, with a status alone. It says so just before, and then
/// a problem document is sent in place of that answer.
/// </summary>
internal sealed class MalformedRequests : IObserver<KeyValuePair<string, object?>>
{
    private const string BadRequest = "Microsoft.AspNetCore.Server.Kestrel.BadRequest";

    /// <summary>Listens to what the server says of requests that it turns away.</summary>
    public static void Explain(DiagnosticListener source) => source.Subscribe(new MalformedRequests(), static name => name == BadRequest);

    /// <summary>Makes it possible to answer on the connections of an address.</summary>
    public static void Prepare(ListenOptions listen) => listen.Use(next => connection =>
    {
        var output = new ReplaceableOutput(connection.Transport.Output);
        connection.Transport = new Duplex(connection.Transport.Input, output);
        connection.Features.Set(output);
        return next(connection);
    });

    public void OnNext(KeyValuePair<string, object?> value)
    {
        if (value is { Key: BadRequest, Value: IFeatureCollection features }
            && features.Get<IBadRequestExceptionFeature>()?.Error is Microsoft.AspNetCore.Http.BadHttpRequestException error
            && features.Get<IHttpResponseFeature>() is { HasStarted: false })
        {
            features.Get<ReplaceableOutput>()?.Replace(Answer(KnownProblems.Of(error.StatusCode, error.Message)));
        }
    }

    public void OnCompleted()
    {
    }

    public void OnError(Exception error)
    {
    }

    private static byte[] Answer(ApiProblem problem)
    {
        var body = ProblemResult.Write(problem);
        var head = string.Create(
            CultureInfo.InvariantCulture,
            $"HTTP/1.1 {problem.Status} {ReasonPhrases.GetReasonPhrase(problem.Status)}\r\nContent-Type: {ProblemResult.ContentType}\r\nContent-Length: {body.Length}\r\nConnection: close\r\nCache-Control: no-store\r\nX-Content-Type-Options: nosniff\r\n\r\n");
        return [.. Encoding.ASCII.GetBytes(head), .. body];
    }

    private sealed class Duplex(PipeReader input, PipeWriter output) : IDuplexPipe
    {
        public PipeReader Input => input;

        public PipeWriter Output => output;
    }

    /// <summary>Passes on what the server writes, until something else was sent in its place: then the rest is dropped.</summary>
    private sealed class ReplaceableOutput(PipeWriter inner) : PipeWriter
    {
        private byte[]? dropped;

        public override bool CanGetUnflushedBytes => inner.CanGetUnflushedBytes;

        public override long UnflushedBytes => inner.UnflushedBytes;

        public void Replace(byte[] answer)
        {
            answer.CopyTo(inner.GetSpan(answer.Length));
            inner.Advance(answer.Length);
            dropped = new byte[4096];
        }

        public override void Advance(int bytes)
        {
            if (dropped is null)
                inner.Advance(bytes);
        }

        public override Memory<byte> GetMemory(int sizeHint = 0) => dropped is null ? inner.GetMemory(sizeHint) : Dropped(sizeHint);

        public override Span<byte> GetSpan(int sizeHint = 0) => dropped is null ? inner.GetSpan(sizeHint) : Dropped(sizeHint);

        public override ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default) => inner.FlushAsync(cancellationToken);

        public override void CancelPendingFlush() => inner.CancelPendingFlush();

        public override void Complete(Exception? exception = null) => inner.Complete(exception);

        public override ValueTask CompleteAsync(Exception? exception = null) => inner.CompleteAsync(exception);

        private byte[] Dropped(int sizeHint) => dropped!.Length >= sizeHint ? dropped : dropped = new byte[sizeHint];
    }
}
