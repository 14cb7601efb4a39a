using System.CommandLine;
using Skyline.Cli.Keys;
using Skyline.Protocol;

namespace Skyline.Cli.Externals;

/// <summary>`skyline external add NAME --baseurl|--metalink|--mirrorlist URL`: adds it, and waits until it is pinned.</summary>
static class AddExternalCommand
{
    public static Command Make(GlobalOptions global)
    {
        var name = new Argument<string>("NAME") { Description = "What it is to be called" };
        var baseUrl = new Option<string?>("--baseurl") { Description = "Its address, as in dnf's baseurl; $basearch and $releasever may be in it", HelpName = "URL" };
        var metalink = new Option<string?>("--metalink") { Description = "The address of its metalink, which says where and what it is", HelpName = "URL" };
        var mirrorList = new Option<string?>("--mirrorlist") { Description = "The address of its list of mirrors", HelpName = "URL" };
        var keys = new Option<string[]>("--key") { Description = "A file of OpenPGP public keys; packages must be signed by one of them, and metadata where it is signed. May be given several times", HelpName = "FILE" };
        var signed = new Option<bool>("--repo-gpgcheck") { Description = "Its metadata must be signed" };
        var priority = new Option<int>("--priority") { Description = "A lower one wins, as in dnf (default: 99)", HelpName = "N", DefaultValueFactory = _ => 99 };
        var arches = new Option<string[]>("--arch") { Description = "An architecture to pin; may be given several times (default: those of the builders)", HelpName = "ARCH" };
        var version = new Option<string?>("--releasever") { Description = "What $releasever in the address stands for", HelpName = "VERSION" };
        var command = new Command("add", "Add an external repository, and wait until it is pinned") { name, baseUrl, metalink, mirrorList, keys, signed, priority, arches, version };
        global.Does(command, async (parsed, session, ct) =>
        {
            var (kind, url) = Address(parsed.GetValue(baseUrl), parsed.GetValue(metalink), parsed.GetValue(mirrorList));
            var given = parsed.GetValue(arches) is { Length: > 0 } some ? some : null;
            var wanted = parsed.GetRequiredValue(name);
            await session.Client.AddExternal(new NewExternal(wanted, kind, url, parsed.GetValue(keys) is { Length: > 0 } files ? string.Join('\n', files.Select(PublicKeyFile.Read)) : null, parsed.GetValue(signed), parsed.GetValue(priority), parsed.GetValue(version), given), ct);
            return await ShowExternal.WhenPinned(session, wanted, "was added, but could not be pinned", ct);
        });
        return command;
    }

    static (ExternalKind Kind, string Url) Address(string? baseUrl, string? metalink, string? mirrorList) => (baseUrl, metalink, mirrorList) switch
    {
        ({ } url, null, null) => (ExternalKind.BaseUrl, url),
        (null, { } url, null) => (ExternalKind.Metalink, url),
        (null, null, { } url) => (ExternalKind.MirrorList, url),
        _ => throw StopException.Usage("Where is it? Give one of --baseurl, --metalink and --mirrorlist."),
    };
}
