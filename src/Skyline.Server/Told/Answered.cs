namespace Skyline.Server.Told;

/// <summary>Taken; not now, and to be tried again; or never, and not to be tried again.</summary>
enum Fate { Taken, Later, Never }

/// <summary>What came of one try.</summary>
/// <param name="Status">Of HTTP or SMTP; null: there was no answer.</param>
/// <param name="Text">The answer's beginning, or a sentence that says why there was none.</param>
/// <param name="IsAway">The receiver itself is not there, or wants to be left alone: whatever else goes to it waits too.</param>
/// <param name="Leave">As long as it asked for.</param>
/// <param name="RefusesAddress">Of a mail: there is nobody at that address.</param>
sealed record Answered(Fate Fate, int? Status, string Text, bool IsAway = false, TimeSpan? Leave = null, bool RefusesAddress = false)
{
    public static Answered Away(string why) => new(Fate.Later, null, why, IsAway: true);
}
