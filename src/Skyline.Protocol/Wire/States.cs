using System.Text.Json.Serialization;

namespace Skyline.Protocol;

/// <summary>A build: waiting → building → publishing → complete; failed and cancelled are ends too. A scratch build skips publishing.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<BuildState>))]
public enum BuildState { Waiting, Building, Publishing, Complete, Failed, Cancelled }

/// <summary>A unit of work of a build, per architecture.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<TaskState>))]
public enum TaskState { Waiting, Running, Succeeded, Failed, Cancelled }

/// <summary>One builder's leased attempt. Lost: the builder or its chroot broke, not the build; another builder tries.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<RunState>))]
public enum RunState { Waiting, Running, Succeeded, Failed, Lost, Cancelled }

/// <summary>What a builder says its run came to. Failed is the packager's fault, Lost is the builder's or the chroot's.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<RunOutcome>))]
public enum RunOutcome { Succeeded, Failed, Lost }

/// <summary>Where a run is, in the order a run goes through them.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<RunPhase>))]
public enum RunPhase { Waiting, Fetch, Resolve, Buildroot, Rpmbuild, Upload, Done }
