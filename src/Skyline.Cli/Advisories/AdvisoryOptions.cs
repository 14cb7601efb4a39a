using System.CommandLine;
using Skyline.Protocol;

namespace Skyline.Cli.Advisories;

/// <summary>What an advisory says, as options: `create` and `edit` have the same.</summary>
sealed class AdvisoryOptions
{
    readonly Option<AdvisoryType?> type = new("--type") { Description = "security, bugfix, enhancement or newpackage", HelpName = "TYPE" };
    readonly Option<string?> title = new("--title") { Description = "What it is about, in one line", HelpName = "TITLE" };
    readonly Option<AdvisorySeverity?> severity = new("--severity") { Description = "none, low, moderate, important or critical", HelpName = "SEVERITY" };
    readonly Option<string?> summary = new("--summary") { Description = "A sentence on what changes", HelpName = "TEXT" };
    readonly Option<string?> description = new("--description") { Description = "All there is to say", HelpName = "TEXT" };
    readonly Option<string?> descriptionFile = new("--description-file") { Description = "The description, from a file", HelpName = "FILE" };
    readonly Option<string?> rights = new("--rights") { Description = "Copyright of the text", HelpName = "TEXT" };
    readonly Option<string[]> cves = new("--cve") { Description = "A CVE that it mends; may be given several times", HelpName = "CVE" };
    readonly Option<string[]> bugs = new("--bug") { Description = "Address of a bug that it mends; may be given several times", HelpName = "URL" };
    readonly Option<string[]> links = new("--reference") { Description = "Another address to read at; may be given several times", HelpName = "URL" };
    readonly Option<bool?> reboot = new("--reboot-suggested") { Description = "The machine should be restarted after it" };
    readonly Option<bool?> restart = new("--restart-suggested") { Description = "What it updates should be started anew after it" };
    readonly Option<bool?> relogin = new("--relogin-suggested") { Description = "Users should log in again after it" };

    public AdvisoryOptions(Command command, bool isNew)
    {
        type.Required = title.Required = isNew;
        foreach (var option in new Option[] { type, title, severity, summary, description, descriptionFile, rights, cves, bugs, links, reboot, restart, relogin }) command.Add(option);
    }

    public NewAdvisory New(ParseResult parsed, string tag, string? id, IReadOnlyList<string> builds, bool publish) => new(
        tag, parsed.GetValue(type)!.Value, parsed.GetValue(title)!, id, parsed.GetValue(severity) ?? AdvisorySeverity.None, parsed.GetValue(summary), Description(parsed),
        parsed.GetValue(rights), References(parsed), builds, parsed.GetValue(reboot) ?? false, parsed.GetValue(restart) ?? false, parsed.GetValue(relogin) ?? false, publish);

    public AdvisoryEdit Edit(ParseResult parsed) => new(
        parsed.GetValue(type), parsed.GetValue(title), parsed.GetValue(severity), parsed.GetValue(summary), Description(parsed), parsed.GetValue(rights),
        References(parsed), parsed.GetValue(reboot), parsed.GetValue(restart), parsed.GetValue(relogin));

    string? Description(ParseResult parsed)
    {
        if (parsed.GetValue(descriptionFile) is not { } file) return parsed.GetValue(description);
        using var text = new StreamReader(GivenFile.Open(file));
        return text.ReadToEnd();
    }

    /// <returns>Null if none is given.</returns>
    List<AdvisoryReference>? References(ParseResult parsed)
    {
        List<AdvisoryReference> given =
        [
            .. (parsed.GetValue(cves) ?? []).Select(cve => new AdvisoryReference(ReferenceType.Cve, Id: cve)),
            .. (parsed.GetValue(bugs) ?? []).Select(bug => new AdvisoryReference(ReferenceType.Bugzilla, bug, NumberOf(bug))),
            .. (parsed.GetValue(links) ?? []).Select(link => new AdvisoryReference(ReferenceType.Url, link)),
        ];
        return given.Count > 0 ? given : null;
    }

    /// <summary>What a bug's address ends with: …/issues/815, …?id=815.</summary>
    static string? NumberOf(string address) => address[address.AsSpan().TrimEnd("0123456789").Length..] is { Length: > 0 } number ? number : null;
}
