using System.Text.Json.Serialization;

namespace Skyline.Protocol;

/// <summary>How far a build is: waiting → building → publishing → complete; failed and cancelled are ends too. A scratch build skips publishing.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<BuildState>))]
public enum BuildState
{
    /// <summary>No builder has begun it.</summary>
    Waiting,
    /// <summary>A builder has begun one of its tasks.</summary>
    Building,
    /// <summary>All is built; it is being taken into its tag.</summary>
    Publishing,
    /// <summary>It is built, and in its tag if it goes into one.</summary>
    Complete,
    /// <summary>It could not be built, or not be taken in: its reason says which.</summary>
    Failed,
    /// <summary>Somebody ended it, or a newer one took its place.</summary>
    Cancelled,
}

/// <summary>How far a task is: a unit of work of a build, per architecture.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<TaskState>))]
public enum TaskState
{
    /// <summary>No builder has it.</summary>
    Waiting,
    /// <summary>A builder has it.</summary>
    Running,
    /// <summary>It was done.</summary>
    Succeeded,
    /// <summary>It could not be done.</summary>
    Failed,
    /// <summary>It was ended before it was done.</summary>
    Cancelled,
}

/// <summary>How far a run is: one builder's leased attempt at a task.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<RunState>))]
public enum RunState
{
    /// <summary>No builder has taken it.</summary>
    Waiting,
    /// <summary>A builder has it.</summary>
    Running,
    /// <summary>It built what it should.</summary>
    Succeeded,
    /// <summary>It could not: the packager's fault.</summary>
    Failed,
    /// <summary>The builder or its chroot broke, not the build; another builder tries.</summary>
    Lost,
    /// <summary>The build was ended.</summary>
    Cancelled,
}

/// <summary>What a builder says its run came to.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<RunOutcome>))]
public enum RunOutcome
{
    /// <summary>It has built what it should.</summary>
    Succeeded,
    /// <summary>It could not: the packager's fault.</summary>
    Failed,
    /// <summary>It could not: the builder's or the chroot's fault.</summary>
    Lost,
}

/// <summary>Where a run is, in the order a run goes through them.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<RunPhase>))]
public enum RunPhase
{
    /// <summary>No builder has begun.</summary>
    Waiting,
    /// <summary>Files are brought to the builder: the source package, or what a spec names by an address.</summary>
    Fetch,
    /// <summary>It is found out which packages the buildroot has.</summary>
    Resolve,
    /// <summary>The buildroot is made.</summary>
    Buildroot,
    /// <summary>The build itself.</summary>
    Rpmbuild,
    /// <summary>The results are brought to the server.</summary>
    Upload,
    /// <summary>It is over.</summary>
    Done,
}
