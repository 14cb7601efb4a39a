using System.Text;
using Skyline.Protocol;
using Skyline.Rpm;
using Skyline.Testing.Rpms;

namespace Skyline.Server.Tests.Chains;

/// <summary>Source packages with needs and specs, sent ahead as the command line sends them.</summary>
static class ChainSite
{
    static CancellationToken Ct => TestContext.Current.CancellationToken;

    /// <param name="spec">Null: one that makes a package and its -devel.</param>
    /// <param name="needs">"x", "x >= 1", "/usr/bin/x", "(x or y)".</param>
    public static Paper Source(string name, string? spec = null, params string[] needs)
    {
        var rpm = new SyntheticRpm(name, "1", "1")
        {
            IsSource = true,
            Compressor = "none",
            Files = [new($"{name}.tar", new byte[100]), new($"{name}.spec", Encoding.UTF8.GetBytes(spec ?? $"Name: {name}\nVersion: 1\nRelease: 1%{{?dist}}\n%package devel\n"), Flags: PackageFileFlags.Spec)],
            Header = header => header.Texts(RpmTag.ExclusiveArch, ["x86_64"]),
            Dependencies = [.. needs.Select(need => (DependencyKind.Requires, Read(need)))],
        };
        return new(rpm.FileName, rpm.Build());
    }

    public static Dependency Read(string text) => text.Split(' ') is [var name, var op, var evr] && name[0] != '('
        ? new(name, op switch { "=" => DependencyFlags.Equal, ">=" => DependencyFlags.Greater | DependencyFlags.Equal, "<" => DependencyFlags.Less, _ => throw new ArgumentException(text) }, evr) : new(text, DependencyFlags.None, "");

    public static async Task<string> Send(this SkylineClient client, Paper source) => (await client.SendSource(source.Open(), source.Sha256, source.FileName, 0, Ct)).Sha256;

    /// <summary>Links as in "a : b c", by the sources' names.</summary>
    public static async Task<NewChain> Chain(this SkylineClient client, string links, params Paper[] sources)
    {
        foreach (var source in sources) await client.Send(source);
        return new("paper", [.. links.Split(" : ").Select(link => (IReadOnlyList<string>)[.. link.Split(' ').Select(name => sources.Single(source => source.FileName == $"{name}-1-1.src.rpm").Sha256)])]);
    }

    public static async Task<NewChain> Auto(this SkylineClient client, params Paper[] sources)
    {
        foreach (var source in sources) await client.Send(source);
        return new("paper", [[.. sources.Select(source => source.Sha256)]], Auto: true);
    }

    /// <summary>"a : b(bootstrap) c".</summary>
    public static string Links(this ChainPlan plan) => string.Join(" : ", plan.Links.Select(link => string.Join(" ", link.Members.Select(member => member.Package + (member.Bootstrap ? "(bootstrap)" : "")).Order(StringComparer.Ordinal))));

    public static string NameOf(LeasedRun run) => run.Nvr[..run.Nvr.IndexOf('-', StringComparison.Ordinal)];

    /// <summary>With the release that the run's %dist makes.</summary>
    public static Paper[] Results(LeasedRun run)
    {
        var (name, release) = (NameOf(run), "1" + (run.Options?.Macros.GetValueOrDefault("dist") ?? ".pp1"));
        return [Papers.Source(name, "1", release), Papers.Binary(name, "1", release)];
    }
}
