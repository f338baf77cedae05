using System.Text;

namespace DurableTrainer.Bench.Reports;

/// <summary>Rows below a head; the first column is text, the others are figures.</summary>
internal sealed class MarkdownTable(params IEnumerable<string> head)
{
    private readonly List<string[]> rows = [[.. head]];

    public void Add(params IEnumerable<string> cells) => rows.Add([.. cells]);

    public override string ToString()
    {
        var text = new StringBuilder();
        foreach (var (number, row) in rows.Index())
        {
            text.Append("| ").AppendJoin(" | ", row).Append(" |\n");
            if (number == 0)
                text.Append("| --- |").AppendJoin("", row.Skip(1).Select(_ => " ---: |")).Append('\n');
        }

        return text.ToString();
    }
}
