using Skyline.Cli.Tests.Running;
using Skyline.Protocol;

namespace Skyline.Cli.Tests.Audit;

/// <summary>An export is verified by who has it, without a server.</summary>
public sealed class AuditTests
{
    static (List<string> Lines, List<string> Hashes) Export(int count)
    {
        var (lines, hashes, hash) = (new List<string>(), new List<string>(), AuditChain.Beginning);
        for (var number = 1; number <= count; number++)
        {
            var entry = $$"""{"number":{{number}},"at":"2026-11-03T08:00:00.000Z","kind":"person","who":"änn","act":"did","thing":"tag {{number}}"}""";
            lines.Add(AuditChain.Line(entry, hash = AuditChain.Next(hash, entry)));
            hashes.Add(hash);
        }
        return (lines, hashes);
    }

    static async Task<CliRun> Verified(IEnumerable<string> lines, params string[] more)
    {
        using var temp = new TempFolder();
        var file = temp.File("audit.jsonl", string.Join('\n', lines) + "\n");
        var run = await CliRun.Of(new CliWorld(), ["audit", "verify", file, .. more]);
        await run.Exit;
        return run;
    }

    [Fact]
    public async Task A_log_that_is_whole_is_said_to_be_with_its_head()
    {
        var (lines, hashes) = Export(5);
        using var run = await Verified(lines);
        using var headed = await Verified(lines, "--head", $"3:{hashes[2]}");
        using var misused = await Verified(lines, "--head", "3");
        Assert.Equal((0, $"The audit log is whole: 5 entries, head 5:{hashes[4]}\n"), (await run.Exit, run.Out));
        Assert.Equal((0, 2), (await headed.Exit, await misused.Exit));
    }

    [Theory]
    [InlineData("changed", "Entry 3 is not what it was")]
    [InlineData("removed", "After entry 2 comes entry 4: what was between them is gone.")]
    [InlineData("reordered", "After entry 2 comes entry 4")]
    [InlineData("inserted", "After entry 3 comes entry 3: it stands in the wrong place.")]
    [InlineData("cut off", "The log ends with entry 3, and there were 5: its end was cut off.")]
    [InlineData("another", "Entry 5 has another hash than the one that was noted")]
    [InlineData("nonsense", "After entry 5 comes a line that is no entry of an audit log.")]
    public async Task What_was_done_to_it_shows_and_the_command_ends_with_7(string tampering, string says)
    {
        var (lines, hashes) = Export(5);
        var head = $"5:{(tampering == "another" ? hashes[3] : hashes[4])}";
        switch (tampering)
        {
            case "changed": lines[2] = lines[2].Replace("tag 3", "tag 4", StringComparison.Ordinal); break;
            case "removed": lines.RemoveAt(2); break;
            case "reordered": (lines[2], lines[3]) = (lines[3], lines[2]); break;
            case "inserted": lines.Insert(3, lines[2]); break;
            case "cut off": lines.RemoveRange(3, 2); break;
            case "nonsense": lines.Add("hello"); break;
        }
        using var run = await Verified(lines, "--head", head);
        Assert.Equal(7, await run.Exit);
        Assert.Contains(says, run.Error, StringComparison.Ordinal);
    }
}
