using System.Text.Json.Serialization;

namespace Skyline.Protocol;

/// <summary>How it stands with one thing that a server needs.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<HealthState>))]
public enum HealthState
{
    /// <summary>As it should be.</summary>
    Ok,

    /// <summary>It works, and somebody should look.</summary>
    Warning,

    /// <summary>Something does not work because of it.</summary>
    Fault,
}

/// <summary>How it stands with a server.</summary>
/// <param name="State">The worst of its findings'.</param>
/// <param name="At">When it was looked.</param>
/// <param name="Version">The server's own.</param>
/// <param name="Findings">One or more of each check, in the order of the page.</param>
public sealed record ServerHealth(HealthState State, DateTimeOffset At, string Version, IReadOnlyList<HealthFinding> Findings);

/// <summary>What one check found.</summary>
/// <param name="Check">What was looked at: "disk", "builders".</param>
/// <param name="State">How it stands with it.</param>
/// <param name="Says">A sentence that explains itself.</param>
/// <param name="Cure">What to do about it; null: nothing.</param>
/// <param name="Page">The page of this server that tells more; null: none does.</param>
public sealed record HealthFinding(string Check, HealthState State, string Says, string? Cure = null, string? Page = null);
