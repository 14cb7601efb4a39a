using System.CommandLine;
using Skyline.Protocol;

namespace Skyline.Cli.Tags;

/// <summary>`skyline tag buildroot|macro|extra`: what a tag's buildroots have beside the chroot's, and what else is kept with it.</summary>
static class SettingCommands
{
    public static IEnumerable<Command> All(GlobalOptions global) =>
    [
        Buildroot(global),
        Valued(global, TagSettingKind.Macro, new("macro", "Give a tag's buildroots an rpm macro"), new("NAME") { Description = "Its name, without the per cent sign" }),
        Valued(global, TagSettingKind.Extra, new("extra", "Keep a setting with a tag that Skyline itself makes nothing of"), new("KEY") { Description = "Its key" }),
    ];

    static Argument<string> Tag() => new("TAG") { Description = "Name of the tag" };

    static Option<bool> Hide() => new("--hide") { Description = "Have what is inherited by this name count for nothing here" };

    static Option<bool> Clear() => new("--clear") { Description = "Say nothing of it here any more" };

    static Command Buildroot(GlobalOptions global)
    {
        var (tag, hide, clear) = (Tag(), Hide(), Clear());
        var packages = new Argument<string[]>("PACKAGE") { Description = "Names of packages, or of groups as @GROUP", Arity = ArgumentArity.OneOrMore };
        var command = new Command("buildroot", "Have a tag's buildroots hold packages beside the chroot's") { tag, packages, hide, clear };
        return ChangeCommands.Changing(global, command, (parsed, client, preview, force, ct) => client.SetTagSettings(parsed.GetRequiredValue(tag),
            [.. parsed.GetRequiredValue(packages).Distinct().Select(package => new TagSettingEdit(TagSettingKind.Build, package, parsed.GetValue(hide) ? null : "", parsed.GetValue(clear)))], preview, ct, force));
    }

    static Command Valued(GlobalOptions global, TagSettingKind kind, Command command, Argument<string> key)
    {
        var (tag, hide, clear) = (Tag(), Hide(), Clear());
        var value = new Argument<string?>("VALUE") { Description = "Its value", Arity = ArgumentArity.ZeroOrOne };
        command.Arguments.Add(tag);
        command.Arguments.Add(key);
        command.Arguments.Add(value);
        command.Options.Add(hide);
        command.Options.Add(clear);
        command.Validators.Add(given =>
        {
            if (new[] { given.GetResult(value) is { Tokens.Count: > 0 }, given.GetResult(hide) is not null, given.GetResult(clear) is not null }.Count(said => said) != 1) given.AddError("Give a value, or --hide, or --clear.");
        });
        return ChangeCommands.Changing(global, command, (parsed, client, preview, force, ct) => client.SetTagSettings(parsed.GetRequiredValue(tag),
            [new(kind, parsed.GetRequiredValue(key), parsed.GetValue(hide) ? null : parsed.GetValue(value) ?? "", parsed.GetValue(clear))], preview, ct, force));
    }
}
