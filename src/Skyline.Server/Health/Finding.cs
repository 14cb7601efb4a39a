using Skyline.Protocol;
using Skyline.Server.Shell;

namespace Skyline.Server.Health;

/// <summary>What one check found, before it is said in anybody's language: a sentence with what stands in its places.</summary>
public sealed record Finding(string Check, HealthState State, FormattableString Says, FormattableString? Cure = null, string? Page = null)
{
    public static Finding Ok(string check, FormattableString says, string? page = null) => new(check, HealthState.Ok, says, null, page);

    public HealthFinding OnTheWire() => new(Check, State, Says.English(), Cure?.English(), Page);
}
