using Skyline.Protocol;
using Skyline.Testing;

namespace Skyline.Scenarios;

public sealed class TwoBuildersTests
{
    static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact(Timeout = 300_000)]
    public async Task Two_builders_build_two_architectures_and_the_noarch_part_is_published_once()
    {
        await using var site = await Appliance.Start(Ct);
        await site.Admin.CreateTag(new NewTag("both", "testos-1", ["x86_64", "i686"]), Ct);
        await site.Admin.CreateTarget(new NewTarget("both", "both", "both"), Ct);
        await site.StartBuilder("one");
        await site.StartBuilder("two");
        var build = await site.Submit(await SourcePackage.Make(site.Folder, Words, Ct, Array.Empty<(string, string)>()), "both");

        var done = await site.UntilComplete(build.Id);

        Assert.Equal(["one", "two"], done.Tasks.Select(task => Assert.Single(task.Runs).Builder!).Order());
        Assert.Equal(["words-1-1.tos1.i686.rpm", "words-1-1.tos1.src.rpm", "words-1-1.tos1.x86_64.rpm", "words-data-1-1.tos1.noarch.rpm"], done.Rpms.Select(rpm => rpm.FileName).Order(StringComparer.Ordinal));
        Assert.Equal(["Packages/w/words-1-1.tos1.i686.rpm", "Packages/w/words-data-1-1.tos1.noarch.rpm"], (await RepositoryChecks.IsWhole(site.Server.Http(), "both", "i686", Ct)).Order(StringComparer.Ordinal));
        Assert.Equal(["Packages/w/words-1-1.tos1.x86_64.rpm", "Packages/w/words-data-1-1.tos1.noarch.rpm"], (await RepositoryChecks.IsWhole(site.Server.Http(), "both", "x86_64", Ct)).Order(StringComparer.Ordinal));
    }

    /// <summary>A package of an architecture that needs no compiler, so that one machine can build it for two; each build waits until both have begun.</summary>
    const string Words = """
        Name: words
        Version: 1
        Release: 1%{?dist}
        Summary: Words
        License: MIT
        %global debug_package %{nil}
        %description
        Words.
        %package data
        Summary: The words themselves
        BuildArch: noarch
        %description data
        The words themselves.
        %build
        echo %{_target_cpu} > arch
        sleep 3
        %install
        install -D -m644 arch %{buildroot}/usr/share/words/arch
        mkdir -p %{buildroot}/usr/share/words-data
        echo skyline > %{buildroot}/usr/share/words-data/list
        %files
        /usr/share/words
        %files data
        /usr/share/words-data
        %changelog
        * Sat Jan 06 2024 T Ester <t@example.org> - 1-1
        - first
        """;
}
