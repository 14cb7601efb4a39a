using Skyline.Protocol;
using Skyline.Server.Tests;

namespace Skyline.Cli.Tests.Running;

/// <summary>The program against the server itself, whose builders build on paper.</summary>
sealed class Served : IAsyncDisposable
{
    Served(Site site) => Site = site;

    public Site Site { get; }

    public PaperBuilder Builder => builder ??= new(Site.LocalBuilder);
    PaperBuilder? builder;

    public TempFolder Folder { get; } = new();

    public static async Task<Served> Start() => new(await Site.Open());

    /// <summary>To the end, as an administrator; a command is words with blanks between.</summary>
    /// <param name="input">What is typed, at a terminal; null: there is none.</param>
    public Task<CliRun> Run(string command, string? input = null) => CliRun.Of(World(input), command.Split(' '));

    public CliRun Begin(string command) => CliRun.Start(World(null), command.Split(' '));

    CliWorld World(string? input)
    {
        var world = new CliWorld { Server = Site.Address.ToString(), In = input ?? "", Terminal = input is not null };
        world.Env["SKYLINE_TOKEN"] = Site.AdminToken;
        return world;
    }

    /// <summary>A source package of the name in a folder; its path.</summary>
    public string Source(string name, string version = "1", string release = "1")
    {
        var paper = Papers.Source(name, version, release, exclusiveArch: "x86_64");
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
