using System.Text.Json;
using Skyline.Testing;

namespace Skyline.EndToEnd;

/// <summary>The command line against the real appliance, as a script would use it.</summary>
public sealed class CliTests
{
    static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact(Timeout = 240_000)]
    public async Task A_script_logs_in_builds_a_chain_and_reads_the_outcome_from_exit_codes()
    {
        await using var site = await Appliance.Start(Ct);
        await site.StartLocalBuilder();
        var library = await SourcePackage.Make(site.Folder, Library, Ct, Array.Empty<(string, string)>());
        var user = await SourcePackage.Make(site.Folder, User, Ct, Array.Empty<(string, string)>());
        var broken = await SourcePackage.MakeHello(site.Folder, Ct, name: "broken", extraBuild: "exit 1");

        Assert.Equal(0, (await Skyline(site, "login", site.Server.Address.ToString(), "--token-file", site.Server.AdminTokenFile)).ExitCode);
        var chain = await Skyline(site, "chain", "--target", "testos", "--wait", library, ":", user);
        Assert.True(chain.ExitCode == 0, chain.Output);
        Assert.Equal(1, (await Skyline(site, "build", "--target", "testos", "--wait", broken)).ExitCode);
        Assert.Equal(3, (await Skyline(site, "build", "--target", "testos", library)).ExitCode);
        Assert.Equal(4, (await Skyline(site, "--server", "http://127.0.0.1:9", "builds")).ExitCode);

        using var builds = JsonDocument.Parse((await Skyline(site, "builds", "--json")).Ok("skyline builds"));
        var states = builds.RootElement.GetProperty("builds").EnumerateArray().Select(build => build.GetProperty("state").GetString());
        Assert.Equal(["Failed", "Complete", "Complete"], states);
        Assert.Contains("repo_gpgcheck=1", (await Skyline(site, "repo", "testos")).Ok("skyline repo"));
        Assert.Contains("words of the library", (await Skyline(site, "log", "2")).Ok("skyline log"));
    }

    static Task<Tool.Result> Skyline(Appliance site, params string[] args) =>
        Tool.Run("env", [$"XDG_CONFIG_HOME={site.Folder}", "dotnet", Checkout.Program("Skyline.Cli", "skyline"), .. args], Ct);

    const string Library = """
        Name: wordlib
        Version: 1
        Release: 1%{?dist}
        Summary: Words
        License: MIT
        BuildArch: noarch
        %description
        Words.
        %install
        mkdir -p %{buildroot}/usr/share/wordlib
        echo words of the library > %{buildroot}/usr/share/wordlib/words
        %files
        /usr/share/wordlib
        %changelog
        * Sat Jan 06 2024 T Ester <t@example.org> - 1-1
        - first
        """;

    /// <summary>Can be built only with what the build before has put into the repository.</summary>
    const string User = """
        Name: worduser
        Version: 1
        Release: 1%{?dist}
        Summary: Uses words
        License: MIT
        BuildArch: noarch
        BuildRequires: wordlib
        %description
        Uses words.
        %build
        cat /usr/share/wordlib/words
        %install
        mkdir -p %{buildroot}/usr/share/worduser
        cp /usr/share/wordlib/words %{buildroot}/usr/share/worduser/
        %files
        /usr/share/worduser
        %changelog
        * Sat Jan 06 2024 T Ester <t@example.org> - 1-1
        - first
        """;
}
