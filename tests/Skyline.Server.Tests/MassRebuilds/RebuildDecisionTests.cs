using Skyline.Protocol;
using Skyline.Rpm;
using Skyline.Server.MassRebuilds;
using Skyline.Server.Tags;

namespace Skyline.Server.Tests.MassRebuilds;

/// <summary>What mass rebuilds decide, without a server.</summary>
public sealed class RebuildDecisionTests
{
    [Theory]
    [InlineData("Nothing provides libfoo-devel >= 2, which the package's BuildRequires ask for.", null, FailureKind.MissingRequirement, "Nothing provides libfoo-devel >= 2")]
    [InlineData("The package's BuildRequires cannot be met together: Problem: conflicting requests; nothing provides libfoo.so.1 needed by curl-1-1.x86_64.", null, FailureKind.MissingRequirement, "Nothing provides libfoo.so.1")]
    [InlineData("%build failed: foo.c:3:17: error: expected ';'", "foo.c:3:17: error: expected ';'", FailureKind.CompileError, "error: expected ';'")]
    [InlineData("%build failed: /builddir/build/BUILD/x-1.2/src/bar.c:99: error: 'FOO_V1' undeclared", "/builddir/build/BUILD/x-1.2/src/bar.c:99: error: 'FOO_V1' undeclared", FailureKind.CompileError, "error: 'FOO_V1' undeclared")]
    [InlineData("%check failed: FAIL: test_17", "FAIL: test_17", FailureKind.TestFailure, "FAIL: test_17")]
    [InlineData("%prep failed: 1 out of 2 hunks FAILED", "1 out of 2 hunks FAILED", FailureKind.PatchFailure, "N out of N hunks FAILED")]
    [InlineData("%files failed: File not found: /builddir/x/usr/bin/hello", "File not found: /builddir/x/usr/bin/hello", FailureKind.Files, "File not found: …/hello")]
    [InlineData("The spec does not parse: error: line 4: Unknown tag", "error: line 4: Unknown tag", FailureKind.Spec, "error: line N: Unknown tag")]
    [InlineData("The build took longer than 2 hours and was ended.", null, FailureKind.Limit, "The build took longer than N hours and was ended.")]
    [InlineData("The build wrote no line for 30 minutes and was ended; it seems to hang.", null, FailureKind.Limit, "The build wrote no line for N minutes and was ended; it seems to hang.")]
    [InlineData("3 runs were lost through no fault of the package: a: it went silent.", null, FailureKind.Infrastructure, "Every builder that tried it was lost.")]
    [InlineData("The spec's Release is '%{x}', which is neither a number nor a macro that the spec itself sets to one, so it cannot be raised here; raise it in the spec.", null, FailureKind.Release, "Its release cannot be raised by one")]
    [InlineData("hello-1-2 was already built, by another source package file.", null, FailureKind.Refused, "hello-N-N was already built, by another source package file.")]
    [InlineData("x86_64: %build failed: undefined reference to `foo'", "undefined reference to `foo'", FailureKind.CompileError, "undefined reference to `foo'")]
    [InlineData(null, null, FailureKind.Other, "It did not say why")]
    public void A_failure_is_of_a_kind_and_its_cause_is_what_others_have_in_common(string? why, string? line, FailureKind kind, string cause)
    {
        var group = Assert.Single(FailureCauses.Of([new("x", 17, why, line is null ? [] : [line])]));

        Assert.Equal((kind, cause), (group.Kind, group.Cause));
    }

    [Fact]
    public void Failures_of_one_cause_are_one_group_and_the_largest_comes_first()
    {
        var groups = FailureCauses.Of([new("a", 1, "%build failed: a.c:1: error: no", ["a.c:1: error: no"]), new("b", 2, "%check failed.", []), new("d", 4, "%build failed: x/d.c:7:1: error: no", ["x/d.c:7:1: error: no"])]);

        Assert.Equal([("error: no", "a d"), ("It did not say why", "b")], groups.Select(group => (group.Cause, string.Join(' ', group.Packages.Select(failed => failed.Package)))));
    }

    [Fact]
    public void An_estimate_lets_builds_wait_for_what_they_need_and_for_a_free_slot()
    {
        double Of(int slots, params (double Seconds, int[] Needs)[] all) => Estimate.Of([.. all.Select(one => one.Seconds)], [.. all.Select(one => (IReadOnlyList<int>)one.Needs)], slots);

        Assert.Equal(0, Of(2));
        Assert.Equal(30, Of(1, (10, []), (20, [])));
        Assert.Equal(20, Of(2, (10, []), (20, [])));
        Assert.Equal(30, Of(8, (10, []), (20, [0]), (5, [0])));
        Assert.Equal(35, Of(1, (10, []), (20, [0]), (5, [0])));
        Assert.Equal((120, 3), (Estimate.Typical([]), Estimate.Typical([1, 3, 9])));
    }

    [Fact]
    public void A_rebuilt_package_goes_back_unless_there_is_another_that_is_newer()
    {
        var rebuilt = new RebuiltPackage(new(7, "x-1-2", "x"), 5, new(0, "1", "1"));
        string? Why(ThereOf there) => MergeDecision.WhyNot(rebuilt, there, "tag");

        Assert.Null(Why(new(new(5, "x-1-1", "x"), new(0, "1", "1"), false, null)));
        Assert.Null(Why(new(null, default, false, null)));
        Assert.Null(Why(new(new(4, "x-0.9-1", "x"), new(0, "0.9", "1"), false, null)));
        Assert.Contains("has x-1-3 meanwhile", Why(new(new(9, "x-1-3", "x"), new(0, "1", "3"), false, null)));
        Assert.Contains("has x-1:0-1 meanwhile", Why(new(new(9, "x-1:0-1", "x"), new(1, "0", "1"), false, null)));
        Assert.Equal("x-1-2 is in 'tag' already.", Why(new(new(7, "x-1-2", "x"), new(0, "1", "2"), true, null)));
        Assert.Equal("blocked", Why(new(null, default, false, "blocked")));
        Assert.Null(MergeDecision.WhyNot(new(new(8, "lib-2-1", "lib"), null, null), new(new(3, "lib-1-1", "lib"), new(0, "1", "1"), false, null), "tag"));
    }
}
