using System.Reflection;
using Skyline.Rpm;

namespace Skyline.Server.Builders;

/// <summary>What a builder's owner should know of its version, purely: server and builders are released together.</summary>
static class VersionNotice
{
    public static string Own { get; } = typeof(VersionNotice).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split('+')[0];

    /// <returns>Null: it is the server's.</returns>
    public static FormattableString? Of(string? builders, string servers) => builders is not { Length: > 0 } ? null : new Evr(0, builders, "").CompareTo(new Evr(0, servers, "")) switch
    {
        < 0 => (FormattableString)$"This builder runs {builders}, the server's is {servers}: update it.",
        > 0 => $"This builder runs {builders}, newer than the server's {servers}: update the server.",
        _ => null,
    };
}
