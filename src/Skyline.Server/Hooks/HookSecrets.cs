using System.Data;
using System.Security.Cryptography;
using Skyline.Server.Signing;
using Skyline.Server.Storage;

namespace Skyline.Server.Hooks;

/// <summary>Secrets of hooks, sealed with the key file as signing keys are, each bound to its hook: a copy of the database alone reveals none.</summary>
sealed class HookSecrets(KeyFile keys)
{
    /// <summary>Whom nobody is: so that who asks for a hook that there is none of waits as long as who has a wrong signature.</summary>
    readonly Lazy<(string Key, byte[] Secret)> nobody = new(() => ("nobody", keys.Seal(BoundTo("nobody"), Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32)))));

    static string BoundTo(string key) => $"hook {key}";

    public byte[] Seal(string key, string secret) => keys.Seal(BoundTo(key), secret);

    public string Open(string key, byte[] secret) => keys.Open(BoundTo(key), secret);

    /// <summary>Those that are good now: one, or, for a while after it was replaced, the one before too.</summary>
    /// <exception cref="SigningRefusedException">The key file is missing, or another.</exception>
    public IReadOnlyList<string> Good(Hook? hook, long now) =>
        hook is null ? [Open(nobody.Value.Key, nobody.Value.Secret)]
        : hook.EarlierSecret is { } earlier && hook.EarlierUntil > now ? [Open(hook.Key, hook.Secret), Open(hook.Key, earlier)]
        : [Open(hook.Key, hook.Secret)];

    /// <summary>What is over is written over, and gone.</summary>
    public static void Forget(IDbTransaction tx, long now)
    {
        tx.Execute("UPDATE hooks SET earlier_secret = zeroblob(length(earlier_secret)) WHERE earlier_until <= @now", new { now });
        tx.Execute("UPDATE hooks SET earlier_secret = NULL, earlier_until = NULL WHERE earlier_until <= @now", new { now });
    }
}
