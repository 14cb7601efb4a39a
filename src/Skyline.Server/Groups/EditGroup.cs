using System.Text.RegularExpressions;
using Skyline.Protocol;
using Skyline.Rpm;
using Skyline.Server.Shell;

namespace Skyline.Server.Groups;

/// <summary>What an edit makes of a group.</summary>
static partial class EditGroup
{
    const int LongestText = 10_000, MostPackages = 10_000;

    public static Refusal? Refuse(string id, GroupEdit edit, bool isNew) =>
        !Name().IsMatch(id) ? new(400, $"A group cannot be called '{id}': a name is letters, digits, '.', '_', '-' and '+', up to 100.")
        : isNew && string.IsNullOrWhiteSpace(edit.Name) ? new(400, $"Group '{id}' is new here, so it needs a name that people read.")
        : edit.Name is "" || edit.Name?.Length > LongestText || edit.Description?.Length > LongestText ? new(400, $"A group's name and description have up to {LongestText} characters, the name at least one.")
        : edit.Packages?.Count > MostPackages ? new(400, $"A group has up to {MostPackages} packages; this one would have {edit.Packages.Count}.")
        : edit.Packages?.FirstOrDefault(package => !IsGood(package)) is { } bad ? new(400, $"'{bad.Name}' cannot be a group's package: a package has a name without spaces and a known type, and a conditional one requires another.")
        : null;

    /// <summary>Translations of a text that stays are kept; so is what an edit cannot say of a package that stays.</summary>
    public static CompsGroup Apply(CompsGroup group, GroupEdit edit) => group with
    {
        Name = Text(group.Name, edit.Name),
        Description = Text(group.Description, edit.Description),
        IsDefault = edit.Default ?? group.IsDefault,
        IsVisible = edit.Visible ?? group.IsVisible,
        Packages = edit.Packages is null ? group.Packages : [.. edit.Packages.Select(package => new CompsPackage(package.Name, Enum.Parse<CompsPackageKind>(package.Type.ToString()), package.Requires)).Distinct()
            .Select(package => group.Packages.FirstOrDefault(known => (known.Name, known.Kind, known.Requires) == (package.Name, package.Kind, package.Requires)) ?? package)],
    };

    static CompsText Text(CompsText now, string? wanted) => wanted is null || wanted == now.Text ? now : new(wanted, []);

    static bool IsGood(GroupPackage? package) => package is not null && package.Name is not null && Name().IsMatch(package.Name) && Enum.IsDefined(package.Type)
        && (package.Requires is null ? package.Type != GroupPackageType.Conditional : Name().IsMatch(package.Requires));

    [GeneratedRegex(@"\A[A-Za-z0-9_][A-Za-z0-9._+-]{0,99}\z")]
    private static partial Regex Name();
}
