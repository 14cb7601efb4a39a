using System.CommandLine;
using Skyline.Cli.Tags;
using Skyline.Cli.Terminal;
using Skyline.Protocol;

namespace Skyline.Cli.Packages;

/// <summary>`skyline package list|add|remove|owner`: the packages that tags list, and who looks after them.</summary>
static class PackageCommand
{
    public static Command Make(GlobalOptions global) =>
        new("package", "The packages that tags list, and who looks after them") { ListCommand(global), Add(global), Remove(global), Owner(global) };

    static Argument<string> Tag() => new("TAG") { Description = "Name of the tag" };

    static Argument<string[]> Packages() => new("PACKAGE") { Description = "Names of source packages", Arity = ArgumentArity.OneOrMore };

    static Command ListCommand(GlobalOptions global)
    {
        var tag = Tag();
        var own = new Option<bool>("--own") { Description = "Only what the tag itself says, nothing inherited" };
        var command = new Command("list", "List a tag's packages, its own and inherited ones") { tag, own };
        var past = new PastOptions().On(command);
        global.Does(command, async (parsed, session, ct) =>
        {
            var (at, @event) = past.Of(parsed);
            var packages = await session.Client.Packages(parsed.GetRequiredValue(tag), ct, parsed.GetValue(own), at, @event);
            session.Screen.Result(packages, SkylineJson.Default.IReadOnlyListTagPackage, to => Table.Write(to,
                ["PACKAGE", "OWNER", "FROM", ""], packages.Select(package => (string?[])[package.Package, package.Owner ?? "-", package.Tag, package.Blocked ? "blocked" : ""])));
            return ExitCode.Ok;
        });
        return command;
    }

    static Command Add(GlobalOptions global)
    {
        var (tag, packages) = (Tag(), Packages());
        var owner = new Option<string?>("--owner") { Description = "Who looks after them there (default: you)", HelpName = "PERSON" };
        return ChangeCommands.Changing(global, new("add", "List packages in a tag") { tag, packages, owner }, (parsed, client, preview, force, ct) =>
            client.ListPackages(parsed.GetRequiredValue(tag), new(parsed.GetRequiredValue(packages), parsed.GetValue(owner)), preview, ct, force));
    }

    static Command Remove(GlobalOptions global)
    {
        var (tag, packages) = (Tag(), Packages());
        return ChangeCommands.Changing(global, new("remove", "List packages in a tag no more") { tag, packages }, (parsed, client, preview, force, ct) =>
            client.UnlistPackages(parsed.GetRequiredValue(tag), new(parsed.GetRequiredValue(packages)), preview, ct, force));
    }

    static Command Owner(GlobalOptions global)
    {
        var (tag, owner, packages) = (Tag(), new Argument<string>("PERSON") { Description = "Who looks after them from now on" }, Packages());
        return ChangeCommands.Changing(global, new("owner", "Give packages of a tag another owner") { tag, owner, packages }, (parsed, client, preview, force, ct) =>
            client.ListPackages(parsed.GetRequiredValue(tag), new(parsed.GetRequiredValue(packages), parsed.GetRequiredValue(owner)), preview, ct, force));
    }
}
