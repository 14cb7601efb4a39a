using System.Text.Json.Serialization;

namespace Skyline.Protocol;

/// <summary>What kind of thing was found.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<FoundKind>))]
public enum FoundKind
{
    /// <summary>A page.</summary>
    Page,
    /// <summary>A page on which something is begun.</summary>
    Act,
    /// <summary>A build.</summary>
    Build,
    /// <summary>A source package of which there are builds.</summary>
    Package,
    /// <summary>A tag, or a side tag.</summary>
    Tag,
    /// <summary>A target.</summary>
    Target,
    /// <summary>A builder.</summary>
    Builder,
    /// <summary>Somebody with an account, for administrators.</summary>
    Person,
    /// <summary>A chain, a mass rebuild or a run by the clock.</summary>
    Batch,
    /// <summary>A schedule.</summary>
    Schedule,
    /// <summary>An advisory.</summary>
    Advisory,
    /// <summary>An external repository.</summary>
    External,
}

/// <summary>Something that a name, or its beginning, leads to.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Name">What it is called.</param>
/// <param name="About">A few words more: a build's state and target, a batch's title; empty: none.</param>
/// <param name="Address">Path of its page on this server.</param>
public sealed record Found(FoundKind Kind, string Name, string About, string Address);
