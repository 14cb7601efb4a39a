using Skyline.Protocol;

namespace Skyline.Server.Tests.Externals;

/// <summary>What every test of external repositories says first.</summary>
static class Pinning
{
    static CancellationToken Ct => TestContext.Current.CancellationToken;

    /// <summary>A server that may ask loopback, where the tests' upstreams are.</summary>
    public static Task<Site> Open(params string[] settings) => Site.Open(null, null, ["--Skyline:FetchFromLocalAddresses=true", .. settings]);

    /// <summary>A server whose one chroot takes its packages from the upstream.</summary>
    /// <param name="data">A folder that an earlier one left.</param>
    public static async Task<Site> OfChroot(string url, string? setting = null, string[]? keys = null, string? data = null, params string[] more)
    {
        data ??= Directory.CreateTempSubdirectory("skyline-site-").FullName;
        var chroots = Directory.CreateDirectory(Path.Combine(data, "own")).FullName;
        await File.WriteAllTextAsync(Path.Combine(chroots, "up-1.json"), $$"""
            {
              "name": "up-1", "title": "Up", "releaseVersion": "1", "arches": { "x86_64": {}, "i686": { "buildroot": "x86_64" } }, "packages": ["@build"], "macros": {},
              "repos": [{ "id": "base", "baseUrl": "{{url}}", "priority": 20, "gpgCheck": true, "gpgKeys": {{System.Text.Json.JsonSerializer.Serialize(keys ?? ["file:///usr/share/keys/up"])}} }]
            }
            """, Ct);
        return await Site.Open(data, null, [$"--Skyline:Chroots={chroots}", "--Skyline:FirstTag=up", setting ?? "--Skyline:PinChrootRepos=true", .. more]);
    }

    public static Task<ExternalDetails> Add(this Site site, string url, string name = "up", ExternalKind kind = ExternalKind.BaseUrl, string? keys = null, bool signedMetadata = false) =>
        site.Add(new NewExternal(name, kind, url, keys, signedMetadata, Arches: ["x86_64"]));

    /// <summary>As it is when its first refresh has ended, well or not.</summary>
    public static async Task<ExternalDetails> Add(this Site site, NewExternal external)
    {
        await site.Admin.AddExternal(external, Ct);
        return await site.Settled(external.Name);
    }

    public static async Task<ExternalDetails> Refresh(this Site site, string name = "up")
    {
        await site.Admin.RefreshExternal(name, Ct);
        return await site.Settled(name);
    }

    public static async Task<ExternalDetails> Settled(this Site site, string name = "up")
    {
        while (true)
        {
            var external = await site.Admin.External(name, Ct, waitSeconds: 30);
            if (!external.Arches.Any(arch => arch.Refreshing)) return external;
        }
    }

    public static ExternalArch Arch(this ExternalDetails external) => Assert.Single(external.Arches);
}
