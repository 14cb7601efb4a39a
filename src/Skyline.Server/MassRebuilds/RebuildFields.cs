using System.Globalization;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Primitives;
using Skyline.Protocol;

namespace Skyline.Server.MassRebuilds;

/// <summary>What the page that plans a mass rebuild asks for, as it was written: names and patterns with blanks or lines between them.</summary>
public sealed record RebuildFields(
    string Target, bool All, string Requires, string BuildRequires, string Packages, string Exclude, string Changelog, string Author, bool Bump, bool StopAtFailures, string Priority, string Retries, string By, string MostBuilders)
{
    static readonly char[] blanks = [' ', ',', '\t', '\r', '\n'];

    public static RebuildFields Of(Func<string, StringValues> field)
    {
        return new(Text("target"), field("all") == "true", Text("requires"), Text("buildrequires"), Text("packages"), Text("exclude"), Text("changelog"), Text("author"), field("bump") != "false", field("stop") == "true", Text("priority"), Text("retries"), Text("by"), Text("mostbuilders"));

        string Text(string name) => field(name).ToString().Trim();
    }

    /// <summary>Somebody said which packages.</summary>
    public bool IsAsked => All || Requires.Length + BuildRequires.Length + Packages.Length > 0;

    public PackageQuery Query => new(All, Names(Requires), Names(BuildRequires), Names(Packages));

    /// <summary>Numbers that are none are refused as numbers out of bounds are.</summary>
    public NewMassRebuild Wanted => new(Target, Query, Changelog: Said(Changelog), Author: Said(Author), Bump: Bump, Priority: Number(Priority), Retries: Number(Retries), Exclude: Names(Exclude), StopAtFailures: StopAtFailures,
        By: Time(By), MostBuilders: Number(MostBuilders));

    /// <summary>As hidden fields of the form that begins what was shown, and as the address of the page.</summary>
    public IEnumerable<KeyValuePair<string, string?>> Pairs
    {
        get
        {
            (string Name, string Value)[] all =
            [
                ("target", Target), ("all", All ? "true" : ""), ("requires", Requires), ("buildrequires", BuildRequires), ("packages", Packages), ("exclude", Exclude), ("changelog", Changelog), ("author", Author),
                ("bump", Bump ? "" : "false"), ("stop", StopAtFailures ? "true" : ""), ("priority", Priority), ("retries", Retries), ("by", By), ("mostbuilders", MostBuilders),
            ];
            return all.Where(one => one.Value.Length > 0).Select(one => KeyValuePair.Create(one.Name, (string?)one.Value));
        }
    }

    public string Address => QueryHelpers.AddQueryString("/mass-rebuilds/plan", Pairs);

    /// <summary>As a browser's field for a time has it, in UTC. One that is none is refused as one that is past.</summary>
    static DateTimeOffset? Time(string text) => text.Length == 0 ? null
        : DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var time) ? time : DateTimeOffset.UnixEpoch;

    static string[]? Names(string text) => text.Split(blanks, StringSplitOptions.RemoveEmptyEntries) is { Length: > 0 } names ? names : null;

    static string? Said(string text) => text.Length > 0 ? text : null;

    static int? Number(string text) => text.Length == 0 ? null : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : -1;
}
