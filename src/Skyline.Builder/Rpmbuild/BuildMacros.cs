using System.Text;
using System.Text.RegularExpressions;
using Skyline.Protocol;

namespace Skyline.Builder;

/// <summary>The macros of a build: its own, over the chroot's, over those that make honest rebuilds identical; all of them under those that the builder cannot do without.</summary>
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
    /// <exception cref="BuilderBrokeException">The chroot or the build has a macro that is none.</exception>
    public static string FileText(BuildrootRecipe recipe, BuildOptions? options = null)
    {
        var text = new StringBuilder();
        foreach (var (name, value) in Of(recipe, options).OrderBy(macro => macro.Key, StringComparer.Ordinal))
        {
            text.Append('%').Append(name).Append(' ').Append(value.ReplaceLineEndings("\\\n")).Append('\n');
        }
        return text.ToString();
    }

    /// <exception cref="BuilderBrokeException">The chroot or the build has a macro that is none.</exception>
    public static IReadOnlyDictionary<string, string> Of(BuildrootRecipe recipe, BuildOptions? options = null)
    {
        if (recipe.Macros.Keys.FirstOrDefault(name => !Name().IsMatch(name)) is { } none) throw new BuilderBrokeException($"Chroot {recipe.Chroot} has a macro named '{none}', which is no macro's name; mend the chroot.");
        var own = options is null ? [] : OfOptions(options);
        if (own.FirstOrDefault(macro => !Name().IsMatch(macro.Key)).Key is { } wrong) throw new BuilderBrokeException($"The build has a macro named '{wrong}', which is no macro's name.");
        return reproducible.Concat(recipe.Macros).Concat(own).Concat(fixedOnes).GroupBy(macro => macro.Key).ToDictionary(same => same.Key, same => same.Last().Value);
    }

    /// <summary>A condition is a macro too: this is all that rpmbuild's and mock's --with and --without do.</summary>
    static IReadOnlyList<KeyValuePair<string, string>> OfOptions(BuildOptions options) =>
    [
        .. options.With.Select(name => KeyValuePair.Create($"_with_{name}", $"--with-{name}")),
        .. options.Without.Select(name => KeyValuePair.Create($"_without_{name}", $"--without-{name}")),
        .. options.Macros,
    ];

    [GeneratedRegex(@"\A[A-Za-z_][A-Za-z0-9_]{0,127}(\([^)\n]*\))?\z")]
    private static partial Regex Name();
}
