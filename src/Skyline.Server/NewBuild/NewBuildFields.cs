using System.Data;
using System.Globalization;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Primitives;
using Skyline.Protocol;
using Skyline.Server.Builds;
using Skyline.Server.Shell;
using Skyline.Server.Tags;

namespace Skyline.Server.NewBuild;

/// <summary>What several source packages are built as.</summary>
public enum Together
{
    /// <summary>Each a build of its own.</summary>
    Apart,
    /// <summary>Side by side, one batch.</summary>
    Batch,
    /// <summary>A chain, in the order in which they are listed.</summary>
    Given,
    /// <summary>A chain, in the order that is found.</summary>
    Found,
}

/// <summary>What the form of a new build says, as it was written: it is in the page's address, so nothing of it is lost, whatever becomes of it.</summary>
/// <param name="With">Conditions, with blanks between them.</param>
/// <param name="Macros">A line each: NAME VALUE.</param>
/// <param name="Sources">Beginnings of the hashes of source packages that were sent ahead.</param>
public sealed record NewBuildFields(
    string Target, bool Scratch, bool Draft, IReadOnlyList<string> Arches, string Priority, string With, string Without, string Macros, bool NoCheck, string Repos, IReadOnlyList<string> Sources, Together Together)
{
    static readonly char[] blanks = [' ', ',', '\t', '\r', '\n'], lines = ['\r', '\n'];

    public static NewBuildFields Of(Func<string, StringValues> field)
    {
        return new(Text("target"), field("scratch") == "true", field("draft") == "true", All("arch"), Text("priority"), Text("with"), Text("without"), Text("macros"), field("nocheck") == "true", Text("repos"), All("source"),
            Enum.TryParse<Together>(field("together"), ignoreCase: true, out var together) && Enum.IsDefined(together) ? together : Together.Apart);

        string Text(string name) => field(name).ToString().Trim();
        IReadOnlyList<string> All(string name) => [.. field(name).OfType<string>().Where(value => value.Length > 0).Distinct()];
    }

    /// <summary>The page with all of it filled in.</summary>
    /// <param name="way">"upload", "url" or "git".</param>
    public string Address(string way) => QueryHelpers.AddQueryString("/new", way == "upload" ? Said : Said.Prepend(new("from", way)));

    IEnumerable<KeyValuePair<string, string?>> Said
    {
        get
        {
            (string Name, string Value)[] all =
            [
                ("target", Target), .. Sources.Select(source => ("source", source)), ("together", Together == Together.Apart ? "" : Together.ToString().ToLowerInvariant()), ("scratch", Scratch ? "true" : ""), ("draft", Draft ? "true" : ""),
                .. Arches.Select(arch => ("arch", arch)), ("priority", Priority == Usual ? "" : Priority), ("with", With), ("without", Without), ("macros", Macros), ("nocheck", NoCheck ? "true" : ""), ("repos", Repos),
            ];
            return all.Where(one => one.Value.Length > 0).Select(one => KeyValuePair.Create(one.Name, (string?)one.Value));
        }
    }

    /// <summary>As hidden fields of another form of the page.</summary>
    public IEnumerable<KeyValuePair<string, string>> Hidden() => Said.Select(one => KeyValuePair.Create(one.Key, one.Value ?? ""));

    /// <summary>All that some target has, to choose from.</summary>
    public static IReadOnlyList<string> ArchesOf(IDbConnection db, IReadOnlyList<Target> targets) => [.. targets.Select(one => one.BuildTagId).Distinct().SelectMany(tag => Tag.Of(db, tag).Arches).Distinct().Order(StringComparer.Ordinal)];

    static string Usual => Priorities.Usual.ToString(CultureInfo.InvariantCulture);

    public (BuildOptions? Options, Refusal? Why) Options() =>
        CheckOptions.OfQuery(With.Split(blanks, StringSplitOptions.RemoveEmptyEntries), Without.Split(blanks, StringSplitOptions.RemoveEmptyEntries), Macros.Split(lines, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries), NoCheck, Repos.Split(blanks, StringSplitOptions.RemoveEmptyEntries));

    /// <param name="release">They may give what goes before what is usual.</param>
    public (int Priority, Refusal? Why) PriorityOf(bool release) =>
        Priority.Length == 0 ? (Priorities.Usual, null)
        : !int.TryParse(Priority, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? (0, new(400, $"A priority is a number from {Priorities.First} to {Priorities.Last}."))
        : (number, SetPriority.WhyNot(number, release));
}
