using Skyline.Protocol;

namespace Skyline.Builder.Tests;

/// <summary>BuildRequires that a spec comes to know only by what it was given before.</summary>
public sealed class RoundScenarios(InBubblewrap agent) : IClassFixture<InBubblewrap>
{
    static int Rounds(FakeRun run) => run.Log.Split('\n').Count(line => line.StartsWith("Skyline: buildroot ", StringComparison.Ordinal));

    [Fact]
    public async Task Each_round_of_generated_requires_is_met_until_there_are_no_more()
    {
        var run = agent.Server.Enqueue(Srpm.Make("asks-again", "rpm -q zlib-devel bison autoconf", header: "BuildRequires: zlib-devel", prep: """
            %generate_buildrequires
            if [ -e /usr/include/zlib.h ]; then echo bison; fi
            if command -v bison >&2; then echo autoconf; fi
            """));

        await run.Succeeded();

        // One for what the header says, one with bison, one with autoconf too.
        Assert.Equal(3, Rounds(run));
        Assert.Contains((await run.Report).Lock, package => package.Nevra.StartsWith("autoconf-", StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_was_asked_for_once_stays_so_that_a_spec_that_asks_for_what_it_lacks_settles()
    {
        var run = agent.Server.Enqueue(Srpm.Make("asks-for-what-it-lacks", "rpm -q zlib-devel bison", prep: """
            %generate_buildrequires
            if [ -e /usr/include/zlib.h ]; then echo bison; else echo zlib-devel; fi
            """));

        await run.Succeeded();

        Assert.Equal(3, Rounds(run));
    }

    [Fact]
    public async Task Requires_that_only_another_distribution_or_other_options_would_have_are_none()
    {
        var run = agent.Server.Enqueue(Srpm.Make("made-elsewhere", "true", header: "%if \"%{?dist}\" != \".tos1\"\nBuildRequires: only-there\n%else\nBuildRequires: zlib-devel\n%endif"));

        await run.Succeeded();

        Assert.Contains((await run.Report).Lock, package => package.Nevra.StartsWith("zlib-devel-", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Spec_that_always_asks_for_more_fails_with_a_sentence()
    {
        // Met by what is there already, each time, and each time another.
        var run = agent.Server.Enqueue(Srpm.Make("never-settles", "true", prep: "%generate_buildrequires\necho \"(bash or more-$RANDOM$RANDOM)\""));

        var report = await run.Report;

        Assert.Equal(RunOutcome.Failed, report.Outcome);
        Assert.Equal("The package's BuildRequires did not settle in 10 rounds: with each buildroot its spec asks for more.", report.Why);
        Assert.Equal(10, Rounds(run));
    }
}
