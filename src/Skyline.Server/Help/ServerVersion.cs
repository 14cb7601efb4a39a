using System.Reflection;

namespace Skyline.Server.Help;

/// <summary>Which Skyline this is, and of which commit: the manual beside it is of the same.</summary>
static class ServerVersion
{
    static readonly string whole = typeof(ServerVersion).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion;

    public static string Number => whole.Split('+')[0];

    /// <summary>Its first letters; null: it was built without knowing.</summary>
    public static string? Commit => whole.Split('+') is [_, { Length: > 0 } commit, ..] ? commit[..Math.Min(12, commit.Length)] : null;
}
