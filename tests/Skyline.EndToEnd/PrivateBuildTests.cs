using Skyline.Protocol;
using Skyline.Testing;

namespace Skyline.EndToEnd;

/// <summary>A server on which nobody reads without a name, a private tag, and a builder that has nothing but its token.</summary>
public sealed class PrivateBuildTests
{
    static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact(Timeout = 240_000)]
    public async Task A_package_is_built_with_one_of_a_private_tag_and_sees_no_token()
    {
        await using var site = await Appliance.Start(Ct, settings: new Dictionary<string, string> { ["Skyline__AnonymousMayRead"] = "false" });
        await site.Admin.CreateTag(new NewTag("umbra", "testos-1", ["x86_64"], Private: true), Ct);
        await site.Admin.CreateTarget(new NewTarget("umbra", "umbra", "umbra"), Ct);
        var builder = await site.StartBuilder("alone", freshData: true);

        await site.UntilComplete((await site.Submit(await SourcePackage.MakeHello(site.Folder, Ct, name: "moonshot"), "umbra")).Id);
        var user = await SourcePackage.Make(site.Folder, NeedsIt, Ct, Array.Empty<(string, string)>());
        var build = await site.UntilComplete((await site.Submit(user, "umbra")).Id);

        var log = await Log(site, build);
        Assert.Contains("hello, world", log);
        Assert.True(log.Contains("tokens seen: 0", StringComparison.Ordinal), log);
        Assert.DoesNotContain("sky_", log);
        Assert.DoesNotContain("sky_", builder.Output);
        Assert.Contains((await site.Admin.Lock(build.Id, "x86_64", Ct)).Packages, package => package.Nevra.StartsWith("moonshot-", StringComparison.Ordinal));
        using var anybody = new HttpClient { BaseAddress = site.Server.Address };
        Assert.Equal(401, (int)(await anybody.GetAsync("repos/umbra/x86_64/repodata/repomd.xml", Ct)).StatusCode);
    }

    /// <summary>It runs what it was built with, and looks wherever a build can look for a token.</summary>
    const string NeedsIt = """
        Name: user
        Version: 1
        Release: 1
        Summary: Needs a private package
        License: MIT
        BuildRequires: moonshot

        %description
        x

        %build
        /usr/bin/moonshot
        echo "tokens seen: $(cat /proc/[0-9]*/environ /proc/[0-9]*/cmdline $(find / -xdev -type f -size -64k -newer /etc/passwd 2>/dev/null | grep -v ^/proc) 2>/dev/null | tr '\0' '\n' | grep -cE '[s]ky_[A-Za-z0-9_-]{20}')"

        %install
        mkdir -p %{buildroot}/usr/share/user
        echo x > %{buildroot}/usr/share/user/x

        %files
        /usr/share/user
        """;

    static async Task<string> Log(Appliance site, BuildDetails build)
    {
        using var reader = new StreamReader(await site.Admin.OpenLog(build.Tasks[0].Runs[^1].Id, 0, follow: false, Ct));
        return await reader.ReadToEndAsync(Ct);
    }
}
