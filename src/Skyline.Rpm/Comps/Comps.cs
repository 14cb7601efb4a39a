namespace Skyline.Rpm;

/// <summary>A repository's package groups, as comps.xml has them.</summary>
public sealed record Comps(
    IReadOnlyList<CompsGroup> Groups, IReadOnlyList<CompsCategory> Categories, IReadOnlyList<CompsEnvironment> Environments, IReadOnlyList<CompsLangpack> Langpacks)
{
    /// <summary>No groups at all.</summary>
    public static Comps Empty { get; } = new([], [], [], []);

    /// <summary>Whether there is nothing in it.</summary>
    public bool IsEmpty => Groups.Count + Categories.Count + Environments.Count + Langpacks.Count == 0;

    /// <summary>Of what has the same id, the first counts, whole.</summary>
    public static Comps Merge(IReadOnlyList<Comps> nearestFirst) => new(
        [.. nearestFirst.SelectMany(comps => comps.Groups).DistinctBy(group => group.Id)],
        [.. nearestFirst.SelectMany(comps => comps.Categories).DistinctBy(category => category.Id)],
        [.. nearestFirst.SelectMany(comps => comps.Environments).DistinctBy(environment => environment.Id)],
        [.. nearestFirst.SelectMany(comps => comps.Langpacks).DistinctBy(langpack => langpack.Name)]);
}

/// <summary>A text, and what it is in other languages.</summary>
public sealed record CompsText(string Text, IReadOnlyList<CompsTranslation> Translations)
{
    /// <summary>An empty text, in no other language.</summary>
    public static CompsText None { get; } = new("", []);
}

/// <summary>A text in another language, by its code ("de", "pt_BR").</summary>
public sealed record CompsTranslation(string Language, string Text);

/// <param name="IsVisible">Whether it is listed without being asked for.</param>
/// <param name="Arch">The only architectures that it is for; null: all.</param>
/// <param name="Id">What clients call it.</param>
/// <param name="Name">For people.</param>
/// <param name="Description">For people.</param>
/// <param name="IsDefault">Whether it is installed unless told otherwise.</param>
/// <param name="BiarchOnly">Only where packages of two architectures are installed beside each other.</param>
/// <param name="LangOnly">Only for who has this language; null: for everybody.</param>
/// <param name="DisplayOrder">Its place in lists, the lower first; null: none of its own.</param>
/// <param name="Packages">In the file's order.</param>
public sealed record CompsGroup(
    string Id, CompsText Name, CompsText Description, bool IsDefault, bool IsVisible, bool BiarchOnly, string? LangOnly, int? DisplayOrder, string? Arch,
    IReadOnlyList<CompsPackage> Packages)
{
    /// <summary>A new group without packages: visible, and not installed unless somebody asks for it.</summary>
    public static CompsGroup Named(string id, string name) => new(id, new(name, []), CompsText.None, false, true, false, null, null, null, []);
}

#pragma warning disable CS1591 // Called as in comps.xml.
/// <summary>How a package belongs to its group. Conditional: only beside another package.</summary>
public enum CompsPackageKind { Mandatory, Default, Optional, Conditional }
#pragma warning restore CS1591

/// <param name="Requires">Of a conditional one: installed only beside this package.</param>
/// <param name="Name">Its name, without version and architecture.</param>
/// <param name="Kind">Whether it is installed with the group.</param>
/// <param name="BaseArchOnly">Of the machine's own architecture alone.</param>
/// <param name="Arch">The only architectures that it is for; null: all.</param>
public sealed record CompsPackage(string Name, CompsPackageKind Kind, string? Requires = null, bool BaseArchOnly = false, string? Arch = null);

/// <summary>Groups that installers show together, by their ids.</summary>
public sealed record CompsCategory(string Id, CompsText Name, CompsText Description, int? DisplayOrder, IReadOnlyList<string> Groups);

/// <param name="Groups">Those that are part of it.</param>
/// <param name="Options">Those that may be taken besides.</param>
/// <param name="Id">What clients call it.</param>
/// <param name="Name">For people.</param>
/// <param name="Description">For people.</param>
/// <param name="DisplayOrder">Its place in lists, the lower first; null: none of its own.</param>
public sealed record CompsEnvironment(string Id, CompsText Name, CompsText Description, int? DisplayOrder, IReadOnlyList<string> Groups, IReadOnlyList<CompsOption> Options);

/// <summary>A group that an environment offers, by its id, and whether it is taken unless somebody says otherwise.</summary>
public sealed record CompsOption(string Group, bool IsDefault);

/// <param name="Install">The package of a language: "aspell-%s".</param>
/// <param name="Name">The package that it goes with.</param>
public sealed record CompsLangpack(string Name, string Install);

/// <summary>A file is not the comps.xml that it was given for. The message is a sentence for whoever gave it.</summary>
public sealed class BadCompsException(string message, Exception? inner = null) : Exception(message, inner);
