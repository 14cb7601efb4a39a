using System.Text.Json.Serialization;

namespace Skyline.Protocol;

/// <summary>When a package of a group is installed with it, as `comps.xml` has it.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<GroupPackageType>))]
public enum GroupPackageType
{
    /// <summary>Always.</summary>
    Mandatory,
    /// <summary>Unless it is left out.</summary>
    Default,
    /// <summary>Only where it is asked for.</summary>
    Optional,
    /// <summary>Beside another package only.</summary>
    Conditional,
}

/// <summary>A package of a group.</summary>
/// <param name="Name">Of the package.</param>
/// <param name="Type">When it is installed with the group.</param>
/// <param name="Requires">Of a conditional one: installed only beside the package of this name. Null: it is not conditional.</param>
public sealed record GroupPackage(string Name, GroupPackageType Type = GroupPackageType.Default, string? Requires = null);

/// <summary>A group of packages, as clients of the tag's repositories see it.</summary>
/// <param name="Id">What `dnf group install` and "@ID" take.</param>
/// <param name="Name">What people read.</param>
/// <param name="Description">What people read; empty: nothing was written.</param>
/// <param name="Default">Whether it is installed unless told otherwise.</param>
/// <param name="Visible">Whether it is listed without being asked for.</param>
/// <param name="Packages">In the order in which they are written.</param>
/// <param name="Tag">The tag that it is from: this one, or the nearest that it inherits from.</param>
public sealed record PackageGroup(string Id, string Name, string Description, bool Default, bool Visible, IReadOnlyList<GroupPackage> Packages, string Tag);

/// <summary>What is null stays as it is; a new group needs a name.</summary>
/// <param name="Name">What people read, up to 10,000 characters. A new one does away with translations of the old.</param>
/// <param name="Description">What people read, up to 10,000 characters.</param>
/// <param name="Default">Whether it is installed unless told otherwise.</param>
/// <param name="Visible">Whether it is listed without being asked for.</param>
/// <param name="Packages">In place of all that it has; up to 10,000.</param>
public sealed record GroupEdit(string? Name = null, string? Description = null, bool? Default = null, bool? Visible = null, IReadOnlyList<GroupPackage>? Packages = null);

/// <summary>What a comps.xml was found to have.</summary>
/// <param name="Groups">How many groups.</param>
/// <param name="Categories">How many categories.</param>
/// <param name="Environments">How many environments.</param>
/// <param name="Langpacks">How many packages of translations that come with others.</param>
public sealed record TakenGroups(int Groups, int Categories, int Environments, int Langpacks);

/// <summary>A document of modules.yaml.</summary>
/// <param name="Document">"modulemd", "modulemd-defaults", "modulemd-obsoletes" or "modulemd-translations".</param>
/// <param name="Module">Name of the module.</param>
/// <param name="Stream">Name of its stream; null where the document is of none.</param>
/// <param name="Version">Of a modulemd alone; null elsewhere.</param>
/// <param name="Context">Of a modulemd alone; null elsewhere.</param>
/// <param name="Arch">Of a modulemd alone; null elsewhere.</param>
/// <param name="Tag">The tag that it is from.</param>
public sealed record ModuleDocument(string Document, string Module, string? Stream, string? Version, string? Context, string? Arch, string Tag);
