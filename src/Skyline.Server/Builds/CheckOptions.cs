using System.Text.RegularExpressions;
using Skyline.Protocol;
using Skyline.Server.Shell;

namespace Skyline.Server.Builds;

/// <summary>A submission's options, checked here whichever way they came: names that rpm takes, within bounds, and nothing that every build needs as it is.</summary>
static partial class CheckOptions
{
    const int MostNames = 50, MostRepos = 10, LongestValue = 1000, MostLetters = 5000;

    /// <summary>Where a build is, and what its results are called: the builder looks for them there.</summary>
    static readonly string[] places =
        ["_topdir", "_builddir", "_buildrootdir", "buildroot", "_rpmdir", "_srcrpmdir", "_specdir", "_sourcedir", "_rpmfilename", "_build_name_fmt", "_dbpath", "_tmppath"];

    /// <summary>What makes honest rebuilds identical. How many processors a build may count on (_smp_ncpus_max) is not among them: it is the same on every builder, whatever it is.</summary>
    static readonly string[] reproducible =
        ["_buildhost", "_buildtime", "source_date_epoch_from_changelog", "use_source_date_epoch_as_buildtime", "clamp_mtime_to_source_date_epoch", "build_mtime_policy"];

    /// <param name="define">Each "NAME VALUE".</param>
    /// <returns>The options, null where there are none; or why not.</returns>
    public static (BuildOptions? Options, Refusal? Why) OfQuery(string[]? with, string[]? without, string[]? define, bool? nocheck, string[]? repo)
    {
        var macros = new Dictionary<string, string>();
        foreach (var text in define ?? [])
        {
            var (name, value) = text.Split((char[])[' ', '\t'], 2, StringSplitOptions.TrimEntries) is [var first, var rest] ? (first, rest) : (text, "");
            if (!macros.TryAdd(name, value)) return (null, new(400, $"The macro {name} is defined twice; give it one value."));
        }
        return Of(new(with ?? [], without ?? [], macros, nocheck ?? false, repo ?? []));
    }

    /// <summary>In an order of their own, each once: the same options are the same text.</summary>
    public static (BuildOptions? Options, Refusal? Why) Of(BuildOptions? asked)
    {
        if (asked is null) return (null, null);
        var options = new BuildOptions(Sorted(asked.With), Sorted(asked.Without), new SortedDictionary<string, string>(Trimmed(asked.Macros), StringComparer.Ordinal), asked.NoCheck, Sorted(asked.Repos), asked.Bump);
        if (Why(options) is { } why) return (null, new(400, why));
        return (options.IsNone ? null : options, null);
    }

    static IReadOnlyList<string> Sorted(IReadOnlyList<string>? names) => [.. (names ?? []).Select(name => name ?? "").Distinct().Order(StringComparer.Ordinal)];

    static Dictionary<string, string> Trimmed(IReadOnlyDictionary<string, string>? macros) =>
        macros?.ToDictionary(macro => macro.Key, macro => macro.Value?.Trim() ?? "") ?? [];

    static string? Why(BuildOptions options) =>
        options.With.Count + options.Without.Count > MostNames || options.Macros.Count > MostNames ? $"A build has at most {MostNames} conditions and as many macros; put what is more into the spec."
        : options.Repos.Count > MostRepos ? $"A build has at most {MostRepos} repositories of its own; add what is more to the tag."
        : options.Words().Sum(word => word.Length) > MostLetters ? $"A build's options are longer than {MostLetters} letters; put what is more into the spec."
        : options.With.Concat(options.Without).FirstOrDefault(name => !Condition().IsMatch(name)) is { } none ? $"'{none}' is no name of a condition; it is letters, digits and '_', as in %bcond_with NAME."
        : options.Bump is { } bump && CheckBump.Why(bump) is { } whyNot ? whyNot
        : options.With.Intersect(options.Without).FirstOrDefault() is { } both ? $"The condition {both} is to be on and off at once; leave one out."
        : options.Macros.Select(macro => WhyNotMacro(macro.Key, macro.Value)).FirstOrDefault(why => why is not null);

    /// <returns>Null if buildroots may have the macro; a tag's macros are held to it too.</returns>
    internal static string? WhyNotMacro(string name, string value) => (name, value) switch
    {
        (_, _) when !Macro().IsMatch(name) => $"'{name}' is no name of a macro; it is three letters, digits or '_' and more, without the per cent sign, as in 'NAME VALUE'.",
        (_, _) when places.Contains(Bare(name)) => $"The macro {Bare(name)} cannot be another: the builder has its folders and its results where it says.",
        (_, _) when reproducible.Contains(Bare(name)) => $"The macro {Bare(name)} cannot be another: it makes rebuilds of the same source identical.",
        (_, "") => $"The macro {name} has no value; one that is to be empty is '%{{nil}}'.",
        (_, { Length: > LongestValue }) => $"The value of the macro {name} is longer than {LongestValue} letters; put it into the spec.",
        _ when value.Any(char.IsControl) => $"The value of the macro {name} is not one line of text.",
        _ when !EndsInItself(value) => $"The value of the macro {name} does not end: a bracket after a per cent sign is not closed, or a backslash is the last letter.",
        _ => null,
    };

    static string Bare(string name) => name.Split('(')[0];

    /// <summary>
    /// rpm reads the lines after a macro's as part of it while a backslash is the last letter or %{, %( or %[ is open (rdcl() of its
    /// macro.c, followed here letter by letter): such a value would swallow the next macro.
    /// </summary>
    static bool EndsInItself(string value)
    {
        var open = new Dictionary<char, int> { ['{'] = 0, ['('] = 0, ['['] = 0 };
        for (var at = 0; at < value.Length; at++)
        {
            var (letter, next) = (value[at], at + 1 < value.Length ? value[at + 1] : '\0');
            if (letter == '\\') at++;
            else if (letter == '%' && (next == '%' || open.ContainsKey(next)))
            {
                if (next != '%') open[next]++;
                at++;
            }
            else if (open.GetValueOrDefault(letter) > 0) open[letter]++;
            else if (letter is '}' or ')' or ']' && open[Opening(letter)] > 0) open[Opening(letter)]--;
        }
        return !value.EndsWith('\\') && open.Values.All(count => count == 0);
    }

    static char Opening(char closing) => closing switch { '}' => '{', ')' => '(', _ => '[' };

    [GeneratedRegex(@"\A[A-Za-z0-9_]{1,100}\z")]
    private static partial Regex Condition();

    /// <summary>With the options of a parametric one, as rpm has them: "name(o:)".</summary>
    [GeneratedRegex(@"\A[A-Za-z_][A-Za-z0-9_]{2,99}(\([A-Za-z0-9:-]{0,50}\))?\z")]
    private static partial Regex Macro();
}
