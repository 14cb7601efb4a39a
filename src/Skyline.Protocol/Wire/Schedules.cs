using System.Text.Json.Serialization;

namespace Skyline.Protocol;

/// <summary>Rebuild: whether the packages of a tag still build. SelfHosting: how much of the tag can be built again from itself.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ScheduleKind>))]
public enum ScheduleKind { Rebuild, SelfHosting }

/// <summary>Affected: of the tag's packages, those whose buildroot would be another now than when they were last built.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ScheduleScope>))]
public enum ScheduleScope { All, Affected }

/// <param name="Target">What its destination tag holds is built, in its buildroots, as scratch builds.</param>
/// <param name="Cron">Five words as in a crontab ("0 3 * * 1-5"), or six or seven as in Quartz, seconds first ("0 0 3 ? * MON-FRI").</param>
/// <param name="TimeZone">As the time zone database names it ("Europe/Berlin"); null: UTC.</param>
/// <param name="Share">Per cent of the slots of the target's builders that its builds take at a time; null: 50.</param>
/// <param name="Priority">Null: 25, after everything that somebody waits for. A lower number goes first.</param>
/// <param name="Bisect">Whether a package that begins to fail is looked into at once.</param>
public sealed record NewSchedule(
    string Name, string Target, string Cron, string? TimeZone = null, ScheduleKind Kind = ScheduleKind.Rebuild, ScheduleScope What = ScheduleScope.All,
    int? Share = null, int? Priority = null, bool Bisect = false, bool Paused = false);

/// <summary>What is null stays as it is.</summary>
public sealed record ScheduleEdit(string? Target = null, string? Cron = null, string? TimeZone = null, ScheduleScope? What = null, int? Share = null, int? Priority = null, bool? Bisect = null);

/// <param name="Tag">Whose packages it builds: the target's destination.</param>
/// <param name="NextAt">Null while it is paused.</param>
/// <param name="Why">Why its last firing began no run; null: it began one.</param>
public sealed record ScheduleSummary(
    string Name, string Target, string Tag, ScheduleKind Kind, ScheduleScope What, string Cron, string TimeZone, int Share, int Priority, bool Bisect, bool Paused, string Owner,
    DateTimeOffset? NextAt, string? Why, ScheduledRun? Last);

/// <param name="Next">When it fires the next times.</param>
/// <param name="Runs">The newest first.</param>
public sealed record ScheduleDetails(ScheduleSummary Schedule, IReadOnlyList<DateTimeOffset> Next, IReadOnlyList<ScheduledRun> Runs, long? NextBefore);

/// <param name="DueAt">When it was to begin.</param>
/// <param name="AskedBy">Who asked for it; null: the clock.</param>
/// <param name="Sources">How many source packages the tag held.</param>
/// <param name="Unavailable">Of how many packages of the tag there was no source package.</param>
/// <param name="Score">Of a self-hosting run that is over.</param>
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
