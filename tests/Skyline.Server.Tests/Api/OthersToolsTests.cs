using System.Text;
using Skyline.Testing;

namespace Skyline.Server.Tests.Api;

/// <summary>What others make of the API's document.</summary>
public sealed class OthersToolsTests : IDisposable
{
    readonly string folder = Directory.CreateTempSubdirectory("skyline-api-").FullName;

    static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("v1")]
    [InlineData("v1-3.0")]
    public async Task A_linter_finds_nothing_in_it(string name)
    {
        await using var site = await Site.Open();
        var found = await ApiTools.Lint(await Save(site, name));

        Assert.True(found.ExitCode == 0, found.Output);
    }

    [Fact]
    public async Task A_linter_finds_what_is_wrong_with_a_document()
    {
        await using var site = await Site.Open();
        var document = await Save(site, "v1");
        await File.WriteAllTextAsync(document, (await File.ReadAllTextAsync(document, Ct)).Replace("\"operationId\": \"getBuilds\",", "", StringComparison.Ordinal), Ct);

        var found = await ApiTools.Lint(document);
        Assert.NotEqual(0, found.ExitCode);
        Assert.Contains("operation-operationId", found.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_client_in_Python_that_is_generated_from_it_submits_waits_reads_the_log_and_lists_the_tag()
    {
        await using var site = await Site.Open();
        await ApiTools.GeneratePython(await Save(site, "v1-3.0"), folder);
        var source = Papers.Source("hello", "1", "1", exclusiveArch: "x86_64");
        await File.WriteAllBytesAsync(Path.Combine(folder, source.FileName), source.Bytes, Ct);

        var script = Tool.Run("env", [$"PYTHONPATH={folder}", "/usr/bin/python3", Path.Combine(Checkout.Root, "tests", "api-tools", "submit.py"),
            site.Address.ToString().TrimEnd('/'), Path.Combine(site.Data, "admin.token"), Path.Combine(folder, source.FileName), "paper"], Ct);
        var builder = new PaperBuilder(site.LocalBuilder);
        var leasing = builder.Lease(60);
        // If it fails before it submits, that is told, and not that there was no work.
        Assert.True(await Task.WhenAny(leasing, script) == leasing, script.IsCompleted ? (await script).Output : "");
        var run = await leasing;
        await site.LocalBuilder.AppendLog(run.RunId, 0, Encoding.UTF8.GetBytes("built on paper\n"), Ct);
        await builder.Deliver(run, source, Papers.Binary("hello", "1", "1"));

        var said = (await script).Ok("submit.py").Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(["submitted hello-1-1", "ended Complete", "log built on paper", "tag hello-1-1"], said[..4]);
        Assert.StartsWith("refused 404 application/problem+json", said[4], StringComparison.Ordinal);
        Assert.Contains("987654", said[4], StringComparison.Ordinal);
    }

    async Task<string> Save(Site site, string name)
    {
        var file = Path.Combine(folder, name + ".json");
        await File.WriteAllTextAsync(file, await site.Http().GetStringAsync($"/openapi/{name}.json", Ct), Ct);
        return file;
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);
}
