using System.Text.Json.Serialization;

namespace Skyline.Protocol;

/// <summary>The one way everything on the wire is written and read, by server, builder and CLI alike; compiled, not reflected.</summary>
[JsonSourceGenerationOptions(System.Text.Json.JsonSerializerDefaults.Web, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(BuildDetails))]
[JsonSerializable(typeof(BuildPage))]
[JsonSerializable(typeof(BuildFromUrl))]
[JsonSerializable(typeof(NewTag))]
[JsonSerializable(typeof(ImportedRpm))]
[JsonSerializable(typeof(IReadOnlyList<TagSummary>))]
[JsonSerializable(typeof(TagDetails))]
[JsonSerializable(typeof(NewTarget))]
[JsonSerializable(typeof(TargetDetails))]
[JsonSerializable(typeof(IReadOnlyList<TargetDetails>))]
[JsonSerializable(typeof(NewKey))]
[JsonSerializable(typeof(KeyDetails))]
[JsonSerializable(typeof(IReadOnlyList<KeyDetails>))]
[JsonSerializable(typeof(NewBuilder))]
[JsonSerializable(typeof(EnrolledBuilder))]
[JsonSerializable(typeof(IReadOnlyList<BuilderSummary>))]
[JsonSerializable(typeof(LeaseRequest))]
[JsonSerializable(typeof(LeasedRun))]
[JsonSerializable(typeof(Heartbeat))]
[JsonSerializable(typeof(HeartbeatAnswer))]
[JsonSerializable(typeof(LogReceipt))]
[JsonSerializable(typeof(RunReport))]
[JsonSerializable(typeof(ResultFile))]
[JsonSerializable(typeof(Problem))]
[JsonSerializable(typeof(WhoAmI))]
[JsonSerializable(typeof(NewAdvisory))]
[JsonSerializable(typeof(AdvisoryEdit))]
[JsonSerializable(typeof(AdvisoryBuilds))]
[JsonSerializable(typeof(AdvisoryPage))]
[JsonSerializable(typeof(AdvisoryDetails))]
[JsonSerializable(typeof(IReadOnlyList<AdvisoryReference>))]
[JsonSerializable(typeof(GroupEdit))]
[JsonSerializable(typeof(PackageGroup))]
[JsonSerializable(typeof(IReadOnlyList<PackageGroup>))]
[JsonSerializable(typeof(TakenGroups))]
[JsonSerializable(typeof(IReadOnlyList<ModuleDocument>))]
public sealed partial class SkylineJson : JsonSerializerContext;

/// <summary>Who a token belongs to.</summary>
public sealed record WhoAmI(string Name, bool Admin, string Server);
