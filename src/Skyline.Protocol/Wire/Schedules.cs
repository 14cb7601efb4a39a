using System.Text.Json.Serialization;

namespace Skyline.Protocol;

/// <summary>What a schedule is to find out.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ScheduleKind>))]
public enum ScheduleKind
{
    /// <summary>Whether the packages of a tag still build.</summary>
    Rebuild,
    /// <summary>How much of the tag can be built again from itself.</summary>
    SelfHosting,
}

/// <summary>Which of the tag's packages a schedule has built.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ScheduleScope>))]
public enum ScheduleScope
{
    /// <summary>Every one of them.</summary>
    All,
    /// <summary>Those whose buildroot would be another now than when they were last built.</summary>
    Affected,
}

/// <summary>A schedule that is to be made.</summary>
/// <param name="Name">Letters, digits and `._-+`, up to 100, beginning with a letter or digit.</param>
/// <param name="Target">What its destination tag holds is built, in its buildroots, as scratch builds.</param>
/// <param name="Cron">Five words as in a crontab ("0 3 * * 1-5"), or six or seven as in Quartz, seconds first ("0 0 3 ? * MON-FRI").</param>
/// <param name="TimeZone">As the time zone database names it ("Europe/Berlin"); null: UTC.</param>
/// <param name="Kind">What it is to find out.</param>
/// <param name="What">Which of the tag's packages it has built.</param>
/// <param name="Share">Per cent of the slots of the target's builders that its builds take at a time; null: 50.</param>
/// <param name="Priority">0 to 1000; null: 25, after everything that somebody waits for. A lower number goes first.</param>
/// <param name="Bisect">Whether a package that begins to fail is looked into at once.</param>
/// <param name="Paused">It does not fire until it is resumed.</param>
public sealed record NewSchedule(
    string Name, string Target, string Cron, string? TimeZone = null, ScheduleKind Kind = ScheduleKind.Rebuild, ScheduleScope What = ScheduleScope.All,
    int? Share = null, int? Priority = null, bool Bisect = false, bool Paused = false);

/// <summary>What is null stays as it is.</summary>
/// <param name="Target">What its destination tag holds is built from now on.</param>
/// <param name="Cron">When it fires, as <see cref="NewSchedule"/> has it.</param>
/// <param name="TimeZone">As the time zone database names it ("Europe/Berlin").</param>
/// <param name="What">Which of the tag's packages it has built.</param>
/// <param name="Share">Per cent of the slots of the target's builders that its builds take at a time, 1 to 100.</param>
/// <param name="Priority">0 to 1000; a lower number goes first.</param>
/// <param name="Bisect">Whether a package that begins to fail is looked into at once.</param>
public sealed record ScheduleEdit(string? Target = null, string? Cron = null, string? TimeZone = null, ScheduleScope? What = null, int? Share = null, int? Priority = null, bool? Bisect = null);

/// <summary>A schedule as lists show it.</summary>
/// <param name="Name">As it was made.</param>
/// <param name="Target">What its destination tag holds is built, in its buildroots, as scratch builds.</param>
/// <param name="Tag">Whose packages it builds: the target's destination.</param>
/// <param name="Kind">What it is to find out.</param>
/// <param name="What">Which of the tag's packages it has built.</param>
/// <param name="Cron">When it fires: five words as in a crontab, or six or seven as in Quartz, seconds first.</param>
/// <param name="TimeZone">As the time zone database names it ("Europe/Berlin", "UTC").</param>
/// <param name="Share">Per cent of the slots of the target's builders that its builds take at a time.</param>
/// <param name="Priority">Of its builds; a lower number goes first.</param>
/// <param name="Bisect">Whether a package that begins to fail is looked into at once.</param>
/// <param name="Paused">It does not fire until it is resumed.</param>
/// <param name="Owner">Who made it, and whose its builds are.</param>
/// <param name="NextAt">When it fires next, in UTC; null while it is paused.</param>
/// <param name="Why">Why its last firing began no run; null: it began one.</param>
/// <param name="Last">Its newest run; null: there was none.</param>
public sealed record ScheduleSummary(
    string Name, string Target, string Tag, ScheduleKind Kind, ScheduleScope What, string Cron, string TimeZone, int Share, int Priority, bool Bisect, bool Paused, string Owner,
    DateTimeOffset? NextAt, string? Why, ScheduledRun? Last);

/// <summary>A schedule, and its runs a page at a time.</summary>
/// <param name="Schedule">What lists show of it.</param>
/// <param name="Next">When it fires the next five times, in UTC; empty while it is paused.</param>
/// <param name="Runs">The newest first.</param>
/// <param name="NextBefore">Where older runs begin: ask for `before=` this; null: these are the last.</param>
public sealed record ScheduleDetails(ScheduleSummary Schedule, IReadOnlyList<DateTimeOffset> Next, IReadOnlyList<ScheduledRun> Runs, long? NextBefore);

/// <summary>A run of a schedule.</summary>
/// <param name="Id">Its number; a page goes on from it.</param>
/// <param name="DueAt">When it was to begin, in UTC.</param>
/// <param name="StartedAt">When it began, in UTC.</param>
/// <param name="AskedBy">Who asked for it; null: the clock.</param>
/// <param name="Batch">Number of the batch that its builds are in.</param>
/// <param name="State">How far it is.</param>
/// <param name="Counts">How its packages stand.</param>
/// <param name="Sources">How many source packages the tag held.</param>
/// <param name="Unavailable">Of how many packages of the tag there was no source package.</param>
/// <param name="Score">Of a self-hosting run that is over; null: it is none, or is not over.</param>
public sealed record ScheduledRun(
    long Id, DateTimeOffset DueAt, DateTimeOffset StartedAt, string? AskedBy, long Batch, BatchState State, BatchCounts Counts, int Sources, int Unavailable, SelfHosting? Score);

/// <summary>How far a tag can be built again from itself.</summary>
/// <param name="Packages">Packages of the tag, those without a source package too.</param>
/// <param name="Built">Those that built.</param>
/// <param name="Unmet">Those that did not because their BuildRequires are not to be had.</param>
/// <param name="Unavailable">Those of which the tag has no source package.</param>
/// <param name="Contained">Those that built, and whose buildroots were of packages of the tag alone.</param>
/// <param name="ExternalOnly">Those that built, and whose buildroots had no package of the tag.</param>
/// <param name="Score">Built of Packages, 0 to 1.</param>
/// <param name="ContainedScore">Contained of Packages, 0 to 1.</param>
/// <param name="OwnShare">Of all packages in the buildroots, those that are the tag's own, 0 to 1.</param>
public sealed record SelfHosting(int Packages, int Built, int Unmet, int Unavailable, int Contained, int ExternalOnly, double Score, double ContainedScore, double OwnShare);
