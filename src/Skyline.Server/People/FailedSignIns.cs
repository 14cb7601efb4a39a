using Skyline.Server.Audit;
using Skyline.Server.Storage;

namespace Skyline.Server.People;

/// <summary>Notes sign-ins in vain, a bounded number an hour: who sprays passwords over names and addresses fills no disk. Names that nobody has are not kept, for some are passwords.</summary>
sealed class FailedSignIns(Database database, TimeProvider time)
{
    const int MostAnHour = 500;
    const long Hour = 3_600_000;

    readonly Lock gate = new();
    long since;
    int noted;

    /// <param name="name">Null: there is nobody of that name.</param>
    public async Task Note(string? name, CancellationToken ct)
    {
        int which;
        lock (gate)
        {
            if (time.Stamp() - since >= Hour) (since, noted) = (time.Stamp(), 0);
            which = ++noted;
        }
        if (which > MostAnHour) return;
        await database.Write(tx => tx.Note(which == MostAnHour ? $"tried in vain to sign in, as {MostAnHour} did within the hour; more of it are not noted" : "tried in vain to sign in", name is null ? "nobody of that name" : $"person {name}"), ct);
    }
}
