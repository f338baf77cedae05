using DurableTrainer.Storage.Blobs;

namespace DurableTrainer.Storage.Tests;

public class BlobLocationTests
{
    private const string Key = "c2VjcmV0";

    [Theory]
    [InlineData("UseDevelopmentStorage=true", "http://127.0.0.1:10000/devstoreaccount1/dtrain")]
    [InlineData(" UseDevelopmentStorage=true;Container=mine; ", "http://127.0.0.1:10000/devstoreaccount1/mine")]
    [InlineData($"DefaultEndpointsProtocol=https;AccountName=acc;AccountKey={Key};EndpointSuffix=core.windows.net", "https://acc.blob.core.windows.net/dtrain")]
    [InlineData($"AccountName=acc;AccountKey={Key};BlobEndpoint=http://127.0.0.1:1234/acc;container=mine", "http://127.0.0.1:1234/acc/mine")]
    [InlineData("BlobEndpoint=https://acc.blob.core.windows.net/;SharedAccessSignature=sv=1&sig=secret", "https://acc.blob.core.windows.net/dtrain")]
    [InlineData("https://acc.blob.core.windows.net", "https://acc.blob.core.windows.net/dtrain")]
    [InlineData("https://acc.blob.core.windows.net/mine/", "https://acc.blob.core.windows.net/mine")]
    [InlineData("https://acc.blob.core.windows.net/mine?sv=1&sig=secret", "https://acc.blob.core.windows.net/mine")]
    public void A_place_is_shown_without_what_opens_it_and_handed_on_with_it(string text, string shown)
    {
        var location = BlobLocation.Parse(text);

        Assert.Equal(shown, location.ToString());
        Assert.Equal(shown, BlobLocation.Parse(location.Reveal(), "another").ToString());
        Assert.Equal(text.Contains(Key, StringComparison.Ordinal), location.Reveal().Contains(Key, StringComparison.Ordinal));
        Assert.Equal(text.Contains("sig=secret", StringComparison.Ordinal), location.Reveal().Contains("sig=secret", StringComparison.Ordinal));
        Assert.Equal(shown, location.Open(new()).Uri.GetLeftPart(UriPartial.Path));
    }

    [Theory]
    [InlineData("", "is empty")]
    [InlineData("secret", "parts are name=value")]
    [InlineData("AccountKey=c2VjcmV0", "names no account")]
    [InlineData("AccountName=acc", "has no key")]
    [InlineData("AccountName=acc;AccountKey=secret!", "keys are Base64")]
    [InlineData("AccountName=acc;AccountKey=c2VjcmV0;AccountKey=c2VjcmV0", "each name once")]
    [InlineData("UseDevelopmentStorage=secret", "cannot be read")]
    [InlineData("AccountName=acc;AccountKey=c2VjcmV0;BlobEndpoint=secret", "cannot be read")]
    [InlineData("http://acc.blob.core.windows.net/secret", "starts with https://")]
    [InlineData("https://user:secret@acc.blob.core.windows.net", "no address of an account")]
    [InlineData("https://acc.blob.core.windows.net/secret/below", "nothing below it")]
    [InlineData("https://acc.blob.core.windows.net/SECRET", "container's name is not allowed")]
    [InlineData("UseDevelopmentStorage=true;Container=se--cret", "container's name is not allowed")]
    [InlineData("UseDevelopmentStorage=true;Container=ab", "container's name is not allowed")]
    [InlineData("UseDevelopmentStorage=true;Container=-secret", "container's name is not allowed")]
    public void What_is_no_place_is_refused_without_being_shown(string text, string reason)
    {
        var e = Assert.Throws<StorageException>(() => BlobLocation.Parse(text));

        Assert.Equal(StorageFault.Misnamed, e.Fault);
        Assert.Contains(reason, e.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", e.ToString(), StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain(Key, e.ToString(), StringComparison.Ordinal);
    }
}
