using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Skyline.Cli.Builders;
using Skyline.Cli.Connection;
using Skyline.Cli.Keeping;
using Skyline.Protocol;

namespace Skyline.Cli;

/// <summary>The documents of --json that are not the API's own records, and the login file.</summary>
[JsonSourceGenerationOptions(System.Text.Json.JsonSerializerDefaults.Web, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(BuildsDocument))]
[JsonSerializable(typeof(ErrorDocument))]
[JsonSerializable(typeof(BatchDocument))]
[JsonSerializable(typeof(JsonObject))]
[JsonSerializable(typeof(RepoDocument))]
[JsonSerializable(typeof(TextDocument))]
[JsonSerializable(typeof(ImportDocument))]
[JsonSerializable(typeof(SavedLogin))]
[JsonSerializable(typeof(VerifyDocument))]
[JsonSerializable(typeof(TagFileDocument))]
[JsonSerializable(typeof(ApprovalDocument))]
[JsonSerializable(typeof(CloudDocument))]
sealed partial class CliJson : JsonSerializerContext;

/// <summary>What `build`, `watch` and `cancel` answer: the builds in the order asked, also of a command that ended in an error.</summary>
/// <param name="NotSubmitted">Of several that were to be built: those that came to no build, each with why.</param>
sealed record BuildsDocument(IReadOnlyList<BuildDetails> Builds, CliError? Error = null, IReadOnlyList<NotSubmitted>? NotSubmitted = null);

/// <param name="Source">As it was given.</param>
sealed record NotSubmitted(string Source, CliError Error);

/// <summary>What `batch show` answers.</summary>
sealed record BatchDocument(BatchDetails Batch, IReadOnlyList<BatchMember> Members);

/// <summary>What `approval show` answers.</summary>
sealed record ApprovalDocument(ApprovalDetails Approval, ApprovalDifference Difference);

sealed record ErrorDocument(CliError Error);

/// <param name="Status">The HTTP status, where it was the server that refused.</param>
sealed record CliError(int ExitCode, string Message, int? Status = null);

sealed record RepoDocument(string Tag, string RepoFile);

sealed record TextDocument(string Text);

/// <param name="Text">comps.xml or modules.yaml.</param>
sealed record TagFileDocument(string Tag, string Text);

/// <param name="Packages">As they were taken in, in the order given.</param>
sealed record ImportDocument(IReadOnlyList<ImportedRpm> Packages, TagChanged Tagged);
