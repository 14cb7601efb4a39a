using Skyline.Protocol;
using Skyline.Server.Tests;

namespace Skyline.Cli.Tests.Running;

/// <summary>The program against the server itself, whose builders build on paper.</summary>
sealed class Served : IAsyncDisposable
{
    Served(Site site) => (Site, Builder) = (site, new(site.LocalBuilder));

    public Site Site { get; }

    public PaperBuilder Builder { get; }

    public TempFolder Folder { get; } = new();

    /// <param name="site">Null: an empty one.</param>
    public static async Task<Served> Start(Site? site = null) => new(site ?? await Site.Open());

    /// <summary>To the end, as an administrator. A command is words with blanks between; a blank within a word is "~".</summary>
    /// <param name="typed">What is typed, at a terminal; null: there is none.</param>
    public Task<CliRun> Run(string command, string? typed = null) => CliRun.Of(World(typed), Words(command));

    public CliRun Begin(string command) => CliRun.Start(World(null), Words(command));

    /// <summary>Runs, and has ended as it should.</summary>
    /// <returns>What it wrote.</returns>
    public async Task<string> Says(string command, ExitCode code = ExitCode.Ok, string? typed = null)
    {
        using var run = await Run(command, typed);
        Assert.True((ExitCode)await run.Exit == code, $"skyline {command} ended {await run.Exit}:\n{run.Out}{run.Error}");
        return run.Out + run.Error;
    }

    static string[] Words(string command) => [.. command.Split(' ').Select(word => word.Replace('~', ' '))];

    CliWorld World(string? typed)
    {
        var world = new CliWorld { Server = Site.Address.ToString(), In = typed ?? "", Terminal = typed is not null };
        world.Env["SKYLINE_TOKEN"] = Site.AdminToken;
        return world;
    }

    /// <summary>A source package in a folder; its path.</summary>
    public string Source(string name) => Kept(Papers.Source(name, "1", "1", exclusiveArch: "x86_64"));

    public string Kept(Paper paper)
    {
        var path = Path.Combine(Folder.Path, paper.FileName);
        File.WriteAllBytes(path, paper.Bytes);
        return path;
    }

    public async ValueTask DisposeAsync()
    {
        await Site.DisposeAsync();
        Folder.Dispose();
    }
}
