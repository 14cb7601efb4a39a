using System.Runtime.ExceptionServices;
using System.Data.Common;
using Skyline.Server.Repos;
using Skyline.Server.Storage;
using Skyline.Server.Tags;

namespace Skyline.Server.Signing;

/// <summary>
/// Takes next keys into use: everything in a tag is signed with the key beside the one before, which clients do not see; then the
/// tag's next snapshot is signed with it, which clients see all at once. Killed anywhere, the next start goes on.
/// </summary>
sealed class RotateKeys(
    Database database, SigningKeys keys, SignPackages sign, PublishSnapshot publish, DestroySecrets destroy, Bells bells, TimeProvider time, ILogger<RotateKeys> log) : BackgroundService
{
    static readonly TimeSpan again = TimeSpan.FromSeconds(15);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            var bell = bells.Next(Bells.Keys);
            var stuck = false;
            foreach (var next in database.Read(KeyRow.Next))
                stuck |= !await TryTakeIntoUse(next, stoppingToken);
            // A fault such as a full disk or a signing host that is down may pass.
            if (stuck) await bells.Wait(bell, again, stoppingToken);
            else await bell.WaitAsync(stoppingToken);
        }
    }

    /// <returns>False if it is to be tried again.</returns>
    async Task<bool> TryTakeIntoUse(KeyRow next, CancellationToken ct)
    {
        try
        {
            await TakeIntoUse(next, ct);
            return true;
        }
        catch (Exception fault) when (fault is not OperationCanceledException)
        {
            log.LogError(fault is SigningRefusedException ? null : fault, "Key {Fingerprint} could not be taken into use yet: {Fault}", next.Fingerprint, fault.Message);
            await SayWhy(next, fault, ct);
            return false;
        }
        finally
        {
            bells.Ring(Bells.KeyStates);
        }
    }

    async Task SayWhy(KeyRow next, Exception fault, CancellationToken ct)
    {
        try
        {
            await database.Write(tx => tx.Execute("UPDATE signing_keys SET why = @why WHERE id = @Id AND state = 'Next'",
                new { next.Id, why = $"Taking it into use is tried again every {again.TotalSeconds:0} s: {fault.Message}" }), ct);
        }
        catch (DbException full)
        {
            // On a full disk not even the reason can be written; the next try may find room.
            log.LogError(full, "The reason could not be written to key {Fingerprint}", next.Fingerprint);
        }
    }

    async Task TakeIntoUse(KeyRow next, CancellationToken ct)
    {
        var key = keys.ById(next.Id);
        while (database.Read(db => Rotation.IsWanted(db, next)))
        {
            Exception? fault = null;
            foreach (var tag in database.Read(db => Rotation.TagsBehind(db, next)))
            {
                try
                {
                    await TakeIntoUse(tag, next, key, ct);
                }
                catch (Exception one) when (one is not OperationCanceledException)
                {
                    // A tag that holds a damaged package keeps no other from the key.
                    fault ??= one;
                }
            }
            if (fault is not null) ExceptionDispatchInfo.Throw(fault);
            if (await database.Write(tx => Rotation.Finish(tx, next, time.Stamp()), ct))
                log.LogInformation("Key {Fingerprint} was taken into use", next.Fingerprint);
        }
        await destroy.Run(ct);
    }

    async Task TakeIntoUse(long tag, KeyRow next, TagKey key, CancellationToken ct)
    {
        await SignAll(tag, key, ct);
        await database.Write(tx => Rotation.Assign(tx, tag, next, time.Stamp()), ct);
        bells.Ring(Bells.Tags);
        await publish.BringUpToDate(tag, ct);
    }

    /// <summary>What is tagged meanwhile is signed on its way into the snapshot, if not here.</summary>
    async Task SignAll(long tag, TagKey key, CancellationToken ct)
    {
        var wanted = database.Read(db => HeldRpm.Wanted(db, Tag.Of(db, tag), key.Id, null));
        await sign.SignMissing([.. wanted.Where(rpm => rpm.SignedId is null).Select(rpm => rpm.RpmId).Distinct()], key, ct);
    }
}
