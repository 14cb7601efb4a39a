using System.Data;
using System.Globalization;
using Skyline.Protocol;
using Skyline.Server.Shell;

namespace Skyline.Server.Tags;

/// <summary>What a form on a tag's page asks for, in the words of the same acts that the API has.</summary>
/// <param name="Asks">What who sent it must be let do, in which tags.</param>
/// <param name="View">Where it stands: what the tag's page shows.</param>
sealed record ChangeForm((string Name, Access Access)[] Asks, Func<IDbConnection, Planned> Plan, string View)
{
    static readonly char[] between = [' ', ',', ';', '\t', '\r', '\n'];

    /// <param name="tag">As its address names it.</param>
    /// <param name="person">Who sent it, and owns what is listed if nobody else is named.</param>
    /// <returns>The form, or why it cannot be read.</returns>
    public static (ChangeForm? Form, Refusal? Why) Read(string tag, IFormCollection form, Chroots chroots, long person)
    {
        var (act, to, one) = (form["act"].ToString(), form["to"].ToString().Trim(), form["one"].ToString().Trim());
        var builds = Words(form, "builds");
        TagBlocks packages = new(Words(form, "packages"));
        return act switch
        {
            "tag" => Of("builds", db => AddBuilds.Plan(db, tag, new(builds, SkipPresent: true))),
            "untag" => Of("builds", db => RemoveBuilds.Plan(db, tag, new(builds))),
            "move" => Of("builds", db => MoveBuildsBetween.Plan(db, tag, new(to, builds)), (tag, Access.Tag), (to, Access.Tag)),
            "promote" => Of("builds", db => PromoteEffective.Plan(db, tag, builds.Count == 0 ? new(to, All: true) : new(to, builds)), (to, Access.Promote)),
            "block" => Of("packages", db => BlockPackages.Plan(db, tag, packages, block: true)),
            "unblock" => Of("packages", db => BlockPackages.Plan(db, tag, packages, block: false)),
            "list" => Of("packages", db => ListInTag.Plan(db, tag, new(packages.Packages, Or(form, "owner")), person)),
            "unlist" => Of("packages", db => ListInTag.PlanUnlist(db, tag, packages)),
            "rollback" => Of("snapshots", db => RollBackTo.Plan(db, tag, new(form["snapshot"].ToString().Trim()))),
            "settings" => SettingsOf(tag, form) is var settings && settings.Private is null && settings.Closed is null
                ? Of("change", db => ChangeSettings.Plan(db, chroots, tag, settings)) : Of("change", db => ChangeSettings.Plan(db, chroots, tag, settings), (tag, Access.Administer)),
            "unlink" => Of("change", db => LinkParent.PlanUnlink(db, tag, one)),
            "link" => Link(tag, one, form),
            "say" => Of("buildroot", db => SayOfBuildroots.Plan(db, tag, [.. Said(form)])),
            "unsay" => Of("buildroot", db => SayOfBuildroots.Plan(db, tag, [.. Said(form).Select(edit => edit with { Value = null, Clear = true })])),
            _ => (null, new(400, "The form does not say what is to be changed: load its page again, then send it once more.")),
        };

        (ChangeForm?, Refusal?) Of(string view, Func<IDbConnection, Planned> plan, params (string, Access)[] asks) => (new(asks.Length == 0 ? [(tag, Access.Tag)] : asks, plan, view), null);
    }

    static (ChangeForm?, Refusal?) Link(string tag, string parent, IFormCollection form)
    {
        var (priority, depth) = (Or(form, "priority"), Or(form, "maxdepth"));
        if (Number(priority) is null && priority is not null) return (null, new(400, $"A priority is a whole number; '{priority}' is none. Leave it empty for a place behind all others."));
        if (Number(depth) is null && depth is not null) return (null, new(400, $"A depth is a whole number, 0 for the parent alone; '{depth}' is none. Leave it empty for no bound."));
        LinkTag wanted = new(parent, Number(priority), Number(depth), Ticked(form, "intransitive"), Ticked(form, "noconfig"), Or(form, "filter"));
        return (new([(tag, Access.Tag)], db => LinkParent.Plan(db, tag, wanted), "change"), null);
    }

    /// <summary>A whole form of what a tag is: what is not ticked is not so. What has no field in it stays.</summary>
    static TagSettings SettingsOf(string tag, IFormCollection form) => new(
        Enum.TryParse<TagCompression>(form["compression"], out var compression) ? compression : null, Enum.TryParse<TagHolds>(form["holds"], out var holds) ? holds : null,
        Ticked(form, "inheritsArches") ? null : form["arches"].Count > 0 ? [.. form["arches"].OfType<string>()] : null, form.ContainsKey("hasArches") ? Ticked(form, "inheritsArches") : null,
        form.ContainsKey("description") ? form["description"].ToString().ReplaceLineEndings("\n") : null, form.ContainsKey("hasRules") ? Ticked(form, "locked") : null, form.ContainsKey("hasRules") ? Ticked(form, "demandsListed") : null,
        Or(form, "chroot"), form.ContainsKey("hasSecond") ? Ticked(form, "secondPerson") : null);

    static IEnumerable<TagSettingEdit> Said(IFormCollection form)
    {
        var kind = Enum.TryParse<TagSettingKind>(form["kind"], out var known) ? known : TagSettingKind.Build;
        if (kind != TagSettingKind.Build) return [new(kind, form["key"].ToString().Trim().TrimStart('%'), Ticked(form, "hide") ? null : form["value"].ToString().Trim())];
        return Words(form, "key").Select(key => new TagSettingEdit(kind, key, Ticked(form, "hide") ? null : ""));
    }

    /// <summary>Names, between blanks, commas or line ends; of several fields of the name all.</summary>
    internal static List<string> Words(IFormCollection form, string field) => [.. form[field].OfType<string>().SelectMany(text => text.Split(between, StringSplitOptions.RemoveEmptyEntries)).Distinct()];

    /// <returns>Null: the field is empty.</returns>
    internal static string? Or(IFormCollection form, string field) => form[field].ToString().Trim() is { Length: > 0 } text ? text : null;

    internal static bool Ticked(IFormCollection form, string field) => form[field] == "true";

    internal static int? Number(string? text) => int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number : null;
}
