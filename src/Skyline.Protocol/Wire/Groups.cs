using System.Text.Json.Serialization;

namespace Skyline.Protocol;

[JsonConverter(typeof(JsonStringEnumConverter<GroupPackageType>))]
public enum GroupPackageType { Mandatory, Default, Optional, Conditional }

/// <param name="Requires">Of a conditional one: installed only beside this package.</param>
public sealed record GroupPackage(string Name, GroupPackageType Type = GroupPackageType.Default, string? Requires = null);

/// <param name="Default">Whether it is installed unless told otherwise.</param>
/// <param name="Visible">Whether it is listed without being asked for.</param>
/// <param name="Tag">The tag that it is from: this one, or the nearest that it inherits from.</param>
public sealed record PackageGroup(string Id, string Name, string Description, bool Default, bool Visible, IReadOnlyList<GroupPackage> Packages, string Tag);

/// <summary>What is null stays as it is; a new group needs a name.</summary>
public sealed record GroupEdit(string? Name = null, string? Description = null, bool? Default = null, bool? Visible = null, IReadOnlyList<GroupPackage>? Packages = null);

/// <summary>What a comps.xml was found to have.</summary>
public sealed record TakenGroups(int Groups, int Categories, int Environments, int Langpacks);

/// <summary>A document of modules.yaml.</summary>
/// <param name="Document">"modulemd", "modulemd-defaults" and so on.</param>
/// <param name="Tag">The tag that it is from.</param>
public sealed record ModuleDocument(string Document, string Module, string? Stream, string? Version, string? Context, string? Arch, string Tag);
