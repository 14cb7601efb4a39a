using System.CommandLine;
using Skyline.Protocol;

namespace Skyline.Cli.Tags;

/// <summary>`skyline tag set`: what a tag is, and what may go into it.</summary>
static class SetCommand
{
    public static Command Make(GlobalOptions global)
    {
        var tag = new Argument<string>("TAG") { Description = "Name of the tag" };
        var chroot = new Option<string?>("--chroot") { Description = "What its buildroots are made by from then on; what is built stays", HelpName = "CHROOT" };
        var compression = new Option<TagCompression?>("--compression") { Description = "Of its metadata: zstd, or gzip for old clients", HelpName = "zstd|gzip" };
        var holds = new Option<TagHolds?>("--holds") { Description = "Of each package the latest build, or all that are in the tag", HelpName = "latest|all" };
        var arches = new Option<string[]>("--arch") { Description = "An architecture of its own; may be given several times, and these take the place of those before", HelpName = "ARCH" };
        var inherit = new Option<bool>("--inherit-arches") { Description = "Have the architectures of the nearest tag that it inherits from and that has its own" };
        var description = new Option<string?>("--description") { Description = "What it is for", HelpName = "TEXT" };
        var (locks, unlocks) = (new Option<bool>("--lock") { Description = "Let nothing into it or out of it; builds under way for it end" }, new Option<bool>("--unlock") { Description = "Let it be changed again" });
        var (listed, any) = (new Option<bool>("--listed-only") { Description = "Take listed packages only (skyline package add)" }, new Option<bool>("--any-package") { Description = "Take packages that are not listed, too" });
        var (hidden, shown) = (new Option<bool>("--private") { Description = "Let it exist for those alone who own it, are given a right in it or administer" }, new Option<bool>("--public") { Description = "Let everybody read it, and all that was ever built in it" });
        var (closed, open) = (new Option<bool>("--closed") { Description = "Let who is named there alone build, tag and promote into it, whatever their role (skyline tag grant)" }, new Option<bool>("--open") { Description = "Let in by role again" });
        var (second, alone) = (new Option<bool>("--second-person") { Description = "Change what is in it, and what it is, only when a second person agrees" }, new Option<bool>("--no-second-person") { Description = "Change without one again; that, too, needs one" });
        Option[] all = [chroot, compression, holds, arches, inherit, description, locks, unlocks, listed, any, second, alone, hidden, shown, closed, open];
        var command = new Command("set", "Change a tag's settings") { tag };
        foreach (var option in all) command.Options.Add(option);
        command.Validators.Add(given =>
        {
            if (all.All(option => given.GetResult(option) is null)) given.AddError($"Give one of {string.Join(", ", all.Select(option => option.Name))}.");
            foreach (var (one, other) in new[] { (locks, unlocks), (listed, any), (second, alone), (hidden, shown), (closed, open) })
                if (given.GetResult(one) is not null && given.GetResult(other) is not null) given.AddError($"{one.Name} and {other.Name} contradict each other.");
        });
        return ChangeCommands.Changing(global, command, (parsed, client, preview, force, ct) => client.SetTag(parsed.GetRequiredValue(tag), new(
            parsed.GetValue(compression), parsed.GetValue(holds), parsed.GetValue(arches) is { Length: > 0 } own ? own : null, parsed.GetValue(inherit) ? true : null, parsed.GetValue(description),
            Either(parsed, locks, unlocks), Either(parsed, listed, any), parsed.GetValue(chroot), Either(parsed, second, alone), Either(parsed, hidden, shown), Either(parsed, closed, open)), preview, ct, force));
    }

    static bool? Either(ParseResult parsed, Option<bool> yes, Option<bool> no) => parsed.GetValue(yes) ? true : parsed.GetValue(no) ? false : null;
}
