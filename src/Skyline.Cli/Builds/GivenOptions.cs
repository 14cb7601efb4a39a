using System.CommandLine;
using Skyline.Protocol;

namespace Skyline.Cli.Builds;

/// <summary>What `skyline build` takes beside source packages and their target: rpmbuild's own options, as packagers know them. The server judges them.</summary>
sealed class GivenOptions
{
    readonly Option<string[]> with = new("--with") { Description = "Switch a condition of the spec on (%bcond)", HelpName = "NAME" };
    readonly Option<string[]> without = new("--without") { Description = "Switch a condition of the spec off", HelpName = "NAME" };
    readonly Option<string[]> define = new("--define") { Description = "Define an rpm macro", HelpName = "'NAME VALUE'" };
    readonly Option<bool> noCheck = new("--nocheck") { Description = "Leave %check out" };
    readonly Option<string[]> repo = new("--repo") { Description = "Build with an external repository, beside the tag's", HelpName = "NAME" };

    public void AddTo(Command command)
    {
        foreach (var option in new Option[] { with, without, define, noCheck, repo }) command.Options.Add(option);
    }

    /// <returns>Null where none was given.</returns>
    public BuildOptions? Read(ParseResult parsed)
    {
        var macros = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var text in parsed.GetValue(define) ?? [])
        {
            if (text.Split((char[])[' ', '\t'], 2, StringSplitOptions.TrimEntries) is not [var name, { Length: > 0 } value]) throw StopException.Usage($"--define '{text}': give it a name and a value, as in --define 'NAME VALUE'.");
            if (!macros.TryAdd(name, value)) throw StopException.Usage($"--define '{text}': {name} is defined already; give it one value.");
        }
        var options = new BuildOptions(parsed.GetValue(with) ?? [], parsed.GetValue(without) ?? [], macros, parsed.GetValue(noCheck), parsed.GetValue(repo) ?? []);
        return options.IsNone ? null : options;
    }
}
