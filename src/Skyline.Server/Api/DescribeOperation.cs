using System.Net;
using System.Text;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;
using Skyline.Server.People;
using Skyline.Server.Shell;

namespace Skyline.Server.Api;

/// <summary>One operation: its name, who may, what it takes that no parameter tells, how it refuses.</summary>
static class DescribeOperation
{
    public static void By(OpenApiOperation operation, OpenApiOperationTransformerContext context)
    {
        var said = context.Description.ActionDescriptor.EndpointMetadata;
        operation.OperationId ??= Name(context.Description.HttpMethod ?? "GET", context.Description.RelativePath ?? "");
        foreach (var bytes in said.OfType<TakenBytes>()) operation.RequestBody = Bytes(bytes.What);
        foreach (var flag in said.OfType<TakenFlag>())
            (operation.Parameters ??= []).Add(new OpenApiParameter { Name = flag.Name, In = ParameterLocation.Query, Description = flag.What, Schema = new OpenApiSchema { Type = JsonSchemaType.Boolean } });
        // Of a list in the query there may be none.
        foreach (var list in (operation.Parameters ?? []).OfType<OpenApiParameter>().Where(parameter => parameter is { In: ParameterLocation.Query, Schema.Type: JsonSchemaType.Array })) list.Required = false;
        AnswerWithBytes(operation);
        if (said.OfType<NeedsAttribute>().LastOrDefault() is { Right: not Right.Enter } needs) Guard(operation, needs.Right, context.Document!);
    }

    /// <summary>"GET /api/builds/{id}/lock" is getBuildsByIdLock: the name of its method in clients that are made from the document.</summary>
    static string Name(string method, string path)
    {
        var name = new StringBuilder(method.ToLowerInvariant());
        foreach (var part in path.Split('/').Where(part => part is not ("" or "api")).Select(part => part.Split(':')[0]))
        {
            if (part.StartsWith('{')) name.Append("By");
            foreach (var word in part.Split(['{', '}', '-', '.', '_', '*'], StringSplitOptions.RemoveEmptyEntries)) name.Append(char.ToUpperInvariant(word[0])).Append(word, 1, word.Length - 1);
        }
        return name.ToString();
    }

    static OpenApiRequestBody Bytes(string what) => new() { Description = what, Required = true, Content = Content("application/octet-stream", Binary) };

    /// <summary>What says nothing of its answer answers with a file.</summary>
    static void AnswerWithBytes(OpenApiOperation operation)
    {
        operation.Responses ??= [];
        if (!operation.Responses.Keys.Any(status => status.StartsWith('2'))) operation.Responses["200"] = new OpenApiResponse { Description = "The file", Content = Content("application/octet-stream", Binary) };
    }

    static void Guard(OpenApiOperation operation, Right right, OpenApiDocument document)
    {
        var token = new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference(DescribeApi.Token, document)] = [] };
        // Reading needs none unless the server's settings say so.
        operation.Security = right is Right.Read ? [new OpenApiSecurityRequirement(), token] : [token];
        operation.Description = string.Join(' ', new[] { operation.Description, Needs(right) }.Where(text => !string.IsNullOrEmpty(text)));
        Refuse(operation, document, HttpStatusCode.Unauthorized, "There is no token, or nobody's, or one that has expired or was revoked");
        if (right is not (Right.Read or Right.Known)) Refuse(operation, document, HttpStatusCode.Forbidden, "Whose token it is may not, or the token is not for it");
    }

    static string Needs(Right right) => right switch
    {
        Right.Read => "Anybody may, unless the server's settings ask for a token to read.",
        Right.Work => "For builders' tokens.",
        _ => Rights.Scopes.FirstOrDefault(scope => scope.May.HasFlag(right)).Word is { } word ? $"Needs a token for `{word}`, of somebody whose role may." : "",
    };

    static void Refuse(OpenApiOperation operation, OpenApiDocument document, HttpStatusCode status, string why) =>
        operation.Responses!.TryAdd(((int)status).ToString(System.Globalization.CultureInfo.InvariantCulture), new OpenApiResponse
        {
            Description = why, Content = Content("application/problem+json", new OpenApiSchemaReference("ProblemDetails", document)),
        });

    static Dictionary<string, OpenApiMediaType> Content(string type, IOpenApiSchema schema) => new() { [type] = new OpenApiMediaType { Schema = schema } };

    static OpenApiSchema Binary => new() { Type = JsonSchemaType.String, Format = "binary" };
}
