using Skyline.Protocol;
using Skyline.Server.Storage;

namespace Skyline.Server.Tests.Signing;

/// <summary>Waits for what becomes of a key; woken, not polling.</summary>
static class KeyStates
{
    static CancellationToken Ct => TestContext.Current.CancellationToken;

    public static async Task<KeyDetails> UntilKey(this Site site, KeyDetails key, Func<KeyDetails, bool> wanted)
    {
        while (true)
        {
            var bell = site.Part<Bells>().Next(Bells.KeyStates);
            if ((await site.Admin.Keys(Ct)).Single(one => one.Fingerprint == key.Fingerprint) is var now && wanted(now)) return now;
            await bell.WaitAsync(Ct);
        }
    }

    public static Task<KeyDetails> UntilCurrent(this Site site, KeyDetails key) => site.UntilKey(key, now => now.State == KeyState.Current);
}
