using System.Text;
using System.Text.RegularExpressions;
using Skyline.Protocol;

namespace Skyline.Builder;

/// <summary>The macros of a build: the chroot's, over those that make honest rebuilds identical, under those that the builder cannot do without.</summary>
static partial class BuildMacros
{
    static readonly Dictionary<string, string> reproducible = new()
    {
        ["_buildhost"] = Chamber.HostName,
        ["source_date_epoch_from_changelog"] = "1",
        ["use_source_date_epoch_as_buildtime"] = "1",
        ["clamp_mtime_to_source_date_epoch"] = "1",
        ["build_mtime_policy"] = "clamp_to_source_date_epoch",
        ["_smp_ncpus_max"] = "8",
    };

    static readonly Dictionary<string, string> fixedOnes = new() { ["_topdir"] = "/builddir/build" };

    /// <summary>The text of the build user's ~/.rpmmacros.</summary>
    /// <exception cref="BuilderBrokeException">The chroot has a macro that is none.</exception>
    public static string FileText(BuildrootRecipe recipe)
    {
        var text = new StringBuilder();
        foreach (var (name, value) in Of(recipe).OrderBy(macro => macro.Key, StringComparer.Ordinal))
        {
            text.Append('%').Append(name).Append(' ').Append(value.ReplaceLineEndings("\\\n")).Append('\n');
        }
        return text.ToString();
    }

    /// <exception cref="BuilderBrokeException">The chroot has a macro that is none.</exception>
    public static IReadOnlyDictionary<string, string> Of(BuildrootRecipe recipe)
    {
        if (recipe.Macros.Keys.FirstOrDefault(name => !Name().IsMatch(name)) is { } none) throw new BuilderBrokeException($"Chroot {recipe.Chroot} has a macro named '{none}', which is no macro's name; mend the chroot.");
        return reproducible.Concat(recipe.Macros).Concat(fixedOnes).GroupBy(macro => macro.Key).ToDictionary(same => same.Key, same => same.Last().Value);
    }

    [GeneratedRegex(@"\A[A-Za-z_][A-Za-z0-9_]{0,127}(\([^)\n]*\))?\z")]
    private static partial Regex Name();
}
