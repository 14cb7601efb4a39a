using System.Collections;
using Skyline.Shared;

namespace Skyline.Builder;

/// <summary>The builder's file of settings, and whether all that is said to it in its file and in the environment is known. What each value must be is <see cref="BuilderOptions"/>' to say.</summary>
static class BuilderFile
{
    public const string Usual = "/etc/skyline/builder.conf", Variable = "SKYLINE_BUILDER_CONFIG";

    /// <returns>The options with what all three sources say.</returns>
    /// <exception cref="BadOptionException">Something is unknown or wrong, with where it is and its cure.</exception>
    public static BuilderOptions Read(IReadOnlyList<string> args, IDictionary environment)
    {
        var (rest, named) = Named(args, environment[Variable] as string);
        var path = named ?? Usual;
        var wrong = new List<string>();
        var lines = SettingsFile.Read(path, named is not null, wrong);
        wrong.AddRange(lines.Where(line => !IsKnown(line.Key)).Select(line => $"{path}, line {line.Line}: there is no setting '{line.Key}'.{SettingsText.DidYouMean(line.Key, KnownOptions.Names)}"));
        wrong.AddRange(environment.Keys.OfType<string>().Where(name => name.StartsWith(KnownOptions.Before, StringComparison.Ordinal) && name != Variable && !KnownOptions.All.Any(option => option.Variable == name)).Order(StringComparer.Ordinal)
            .Select(name => $"The environment's {name}: there is no setting of that name.{SettingsText.DidYouMean(name, KnownOptions.All.Select(option => option.Variable))}"));
        if (wrong.Count > 0) throw new BadOptionException(string.Join('\n', wrong));
        var said = lines.ToDictionary(line => line.Key, StringComparer.OrdinalIgnoreCase);
        try
        {
            return BuilderOptions.Parse(rest, name => environment[name] as string, said.ToDictionary(line => line.Key, line => line.Value.Value, StringComparer.OrdinalIgnoreCase));
        }
        catch (BadOptionException bad) when (Where(bad.Option, rest, environment, path, said) is { } place)
        {
            throw new BadOptionException($"{place}: {bad.Message}");
        }
    }

    static bool IsKnown(string name) => KnownOptions.Names.Contains(name, StringComparer.OrdinalIgnoreCase);

    static (IReadOnlyList<string> Others, string? Named) Named(IReadOnlyList<string> args, string? variable)
    {
        for (var at = 0; at < args.Count; at++)
        {
            if (args[at].StartsWith("--config=", StringComparison.Ordinal)) return ([.. args.Take(at), .. args.Skip(at + 1)], args[at]["--config=".Length..]);
            if (args[at] == "--config") return at + 1 < args.Count ? ([.. args.Take(at), .. args.Skip(at + 2)], args[at + 1]) : throw new BadOptionException("--config wants a value.");
        }
        return (args, variable is { Length: > 0 } ? variable : null);
    }

    /// <returns>Null: on the command line, as whoever wrote it sees.</returns>
    static string? Where(string? option, IReadOnlyList<string> args, IDictionary environment, string path, Dictionary<string, SettingLine> said) =>
        option is null || args.Any(arg => arg == $"--{option}" || arg.StartsWith($"--{option}=", StringComparison.Ordinal)) ? null
        : KnownOptions.All.First(one => one.Name == option).Variable is var variable && environment[variable] is string ? $"The environment's {variable}"
        : said.TryGetValue(option, out var line) ? $"{path}, line {line.Line}" : null;
}
