using Skyline.Server.Audit;
using Skyline.Protocol;
using Skyline.Server.Notices;
using Skyline.Server.Storage;

namespace Skyline.Server.People;

/// <summary>Notes sign-ins in vain, a bounded number an hour: who sprays passwords over names and addresses fills no disk. Names that nobody has are not kept, for some are passwords.</summary>
sealed class FailedSignIns(Database database, Bells bells, TimeProvider time)
{
    const int MostAnHour = 500, Many = 200;
    const long Hour = 3_600_000;

    readonly Lock gate = new();
    long since;
    int noted;

    /// <param name="name">Null: there is nobody of that name.</param>
    /// <param name="how">" with a passkey"; nothing: with a password.</param>
    public async Task Note(string? name, CancellationToken ct, string how = "")
    {
        int which;
        lock (gate)
        {
            if (time.Stamp() - since >= Hour) (since, noted) = (time.Stamp(), 0);
            which = ++noted;
        }
        if (which > MostAnHour) return;
        await database.Write(tx =>
        {
            tx.Note(which == MostAnHour ? $"tried in vain to sign in{how}, as {MostAnHour} did within the hour; more of it are not noted" : $"tried in vain to sign in{how}", name is null ? "nobody of that name" : $"person {name}");
            if (which == Many) TellAdministrators(tx);
        }, ct);
        if (which == Many) bells.Ring(Bells.Notices);
    }

    /// <summary>No single name and no single address need have been tried often for that: somebody should look.</summary>
    void TellAdministrators(System.Data.IDbTransaction tx)
    {
        foreach (var person in tx.All<long>("SELECT id FROM users WHERE role = 'admin' AND disabled_at IS NULL"))
            Notify.Put(tx, person, NoticeKind.Safety, $"{Many} sign-ins were refused within the hour, over all names and addresses: somebody may be guessing. The audit log has each.", "/audit", time.Stamp());
    }
}
