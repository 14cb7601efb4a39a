namespace Skyline.Builder.Tests;

public sealed class BuildMacrosTests
{
    static string Text(params (string Name, string Value)[] macros) =>
        BuildMacros.FileText(TestOs.Recipe with { Macros = macros.ToDictionary(macro => macro.Name, macro => macro.Value) });

    [Fact]
    public void Macros_that_make_rebuilds_identical_are_always_there()
    {
        foreach (var line in new[] { "%_buildhost skyline", "%source_date_epoch_from_changelog 1", "%use_source_date_epoch_as_buildtime 1", "%clamp_mtime_to_source_date_epoch 1", "%_topdir /builddir/build" })
            Assert.Contains(line + "\n", Text(), StringComparison.Ordinal);
    }

    [Fact]
    public void Chroots_macro_wins_but_not_over_where_the_build_is()
    {
        var text = Text(("_smp_ncpus_max", "3"), ("_topdir", "/elsewhere"), ("dist", ".fc43"));

        Assert.Contains("%_smp_ncpus_max 3\n", text, StringComparison.Ordinal);
        Assert.Contains("%dist .fc43\n", text, StringComparison.Ordinal);
        Assert.DoesNotContain("/elsewhere", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Builds_own_macros_win_over_the_chroots_and_conditions_are_macros_too()
    {
        var recipe = TestOs.Recipe with { Macros = new Dictionary<string, string> { ["dist"] = ".fc43", ["_smp_ncpus_max"] = "8" } };
        var text = BuildMacros.FileText(recipe, new(["tls"], ["docs"], new Dictionary<string, string> { ["dist"] = ".own", ["_smp_ncpus_max"] = "2", ["_topdir"] = "/elsewhere" }, false, []));

        foreach (var line in new[] { "%dist .own", "%_smp_ncpus_max 2", "%_with_tls --with-tls", "%_without_docs --without-docs", "%_topdir /builddir/build" }) Assert.Contains(line + "\n", text, StringComparison.Ordinal);
        Assert.DoesNotContain("elsewhere", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Value_of_several_lines_stays_one_macro() => Assert.Contains("%optflags -O2\\\n-g\n", Text(("optflags", "-O2\n-g")), StringComparison.Ordinal);

    [Fact]
    public void Name_that_would_be_another_line_is_refused()
    {
        var refused = Assert.Throws<BuilderBrokeException>(() => Text(("x\n%_topdir", "/tmp")));

        Assert.Contains("which is no macro's name", refused.Message, StringComparison.Ordinal);
    }
}
