using System.Data;
using System.Security.Cryptography;
using Skyline.Server.Signing;
using Skyline.Server.Storage;
using Skyline.Server.Told;

namespace Skyline.Server.Hooks;

/// <summary>What deliveries of a hook may be signed with.</summary>
sealed class HookSecrets(SealedSecrets secrets, KeyFile keys)
{
    const string Nobody = "hook nobody";

    /// <summary>Whom nobody is: so that who asks for a hook that there is none of waits as long as who has a wrong signature.</summary>
    readonly Lazy<byte[]> nobody = new(() => keys.SealAs(Nobody, Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32))));

    /// <summary>Those that are good now: one, or, for a while after it was replaced, the one before too.</summary>
    /// <exception cref="SigningRefusedException">The key file is missing, or another.</exception>
    public IReadOnlyList<string> Good(Hook? hook, long now)
    {
        if (hook is null) return [secrets.Open(0) ?? keys.OpenAs(Nobody, nobody.Value)];
        long?[] ids = [hook.SecretId, hook.EarlierUntil > now ? hook.EarlierSecretId : null];
        return [.. ids.OfType<long>().Select(secrets.Open).OfType<string>()];
    }

    /// <summary>What is over goes.</summary>
    public static void Forget(IDbTransaction tx, long now)
    {
        foreach (var over in tx.All<long>("SELECT earlier_secret_id FROM hooks WHERE earlier_until <= @now AND earlier_secret_id IS NOT NULL", new { now })) SealedSecrets.Remove(tx, over);
    }
}
