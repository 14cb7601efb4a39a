using System.Data;
using System.Text.RegularExpressions;
using Skyline.Protocol;
using Skyline.Server.Builds;
using Skyline.Server.Shell;

namespace Skyline.Server.Tags;

/// <summary>What a tag says of its buildroots, and extra settings, are changed by key; several at once, all of them or none.</summary>
static partial class SayOfBuildroots
{
    const int Most = 200, LongestValue = 1000;

    public static Planned Plan(IDbConnection db, string name, IReadOnlyList<TagSettingEdit> edits)
    {
        if (Tag.Find(db, name) is not { } tag) return new Planned.Refused(Tag.None(name));
        if (edits.Count is 0 or > Most) return Planned.Refuse(400, $"Name one setting or several, up to {Most}.");
        var own = TagSettingRow.Of(db, [tag.Id]).ToDictionary(row => (row.What, row.Key), row => row.Value);
        var problems = new List<Refusal>();
        var acts = new List<TagAct>();
        foreach (var edit in edits)
            if (WhyNot(edit) is { } why) problems.Add(new(400, why));
            else if (!edit.Clear && !(own.TryGetValue((edit.Kind, edit.Key), out var now) && now == Value(edit))) acts.Add(new TagAct.Say(tag, edit.Kind, edit.Key, Value(edit)));
            else if (edit.Clear && !own.ContainsKey((edit.Kind, edit.Key))) problems.Add(new(404, $"'{name}' itself says nothing of {edit.Key}; what it inherits is hidden, not cleared."));
            else if (edit.Clear) acts.Add(new TagAct.Unsay(tag, edit.Kind, edit.Key));
        if (edits.DistinctBy(edit => (edit.Kind, edit.Key)).Count() < edits.Count) problems.Add(new(400, "A setting is named twice."));
        if (own.Count + acts.Count(act => act is TagAct.Say say && !own.ContainsKey((say.What, say.Key))) > Most) problems.Add(new(409, $"A tag has at most {Most} settings."));
        return Planned.Of(acts, problems);
    }

    static string? Value(TagSettingEdit edit) => edit.Value is null ? null : edit.Kind == TagSettingKind.Build ? "" : edit.Value.Trim();

    static string? WhyNot(TagSettingEdit edit) => edit switch
    {
        { Key: null } => "A setting needs a key.",
        { Kind: TagSettingKind.Build } when !Package().IsMatch(edit.Key) => $"'{edit.Key}' is no name of a package, nor of a group ('@build').",
        { Kind: TagSettingKind.Macro, Clear: false, Value: { } value } => CheckOptions.WhyNotMacro(edit.Key, value.Trim()),
        { Kind: TagSettingKind.Extra } when !Extra().IsMatch(edit.Key) => $"'{edit.Key}' is no key; it is letters, digits, '.', '_' and '-', up to 100.",
        { Kind: TagSettingKind.Extra, Value: { } value } when value.Length > LongestValue || value.Any(char.IsControl) => $"The value of {edit.Key} is not one line of up to {LongestValue} letters.",
        _ when !Enum.IsDefined(edit.Kind) => "A setting is of the kind Build, Macro or Extra.",
        _ => null,
    };

    [GeneratedRegex(@"\A@?[A-Za-z0-9_][A-Za-z0-9._+-]{0,199}\z")]
    private static partial Regex Package();

    [GeneratedRegex(@"\A[A-Za-z0-9][A-Za-z0-9._-]{0,99}\z")]
    private static partial Regex Extra();
}
