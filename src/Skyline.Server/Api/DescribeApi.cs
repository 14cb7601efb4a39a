using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;
using Skyline.Server.Shell;

namespace Skyline.Server.Api;

/// <summary>What the API's document says besides what can be read from the endpoints' types.</summary>
static class DescribeApi
{
    public const string Token = "token";

    public static void By(OpenApiOptions options)
    {
        options.AddDocumentTransformer((document, _, _) =>
        {
            Introduce(document);
            JoinPaths.Of(document);
            LeaveNullsOut.Of(document);
            return Task.CompletedTask;
        });
        options.AddOperationTransformer((operation, context, _) =>
        {
            DescribeOperation.By(operation, context);
            return Task.CompletedTask;
        });
    }

    static void Introduce(OpenApiDocument document)
    {
        document.Info = new OpenApiInfo
        {
            Title = "Skyline", Version = document.Info.Version,
            Description = "Build RPM packages and serve them as signed repositories. A refusal is a problem (RFC 9457) whose `detail` is a sentence that names what is wrong and what helps.",
            License = new OpenApiLicense { Name = "Apache-2.0", Url = new Uri("https://www.apache.org/licenses/LICENSE-2.0") },
        };
        document.Servers = [new OpenApiServer { Url = "/", Description = "The server that this document is from" }];
        (document.Components ??= new()).SecuritySchemes = new Dictionary<string, IOpenApiSecurityScheme>
        {
            [Token] = new OpenApiSecurityScheme
            {
                Type = SecuritySchemeType.Http, Scheme = "bearer",
                Description = "A token of a person, or of a builder. A person's may be for some scopes only; an operation says which it needs.",
            },
        };
        foreach (var tag in document.Tags ?? new HashSet<OpenApiTag>()) tag.Description ??= ApiTags.Describe(tag.Name!);
    }
}
