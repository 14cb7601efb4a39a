using System.Text.Json.Nodes;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;
using Skyline.Server.Shell;

namespace Skyline.Server.Api;

/// <summary>What the API's document says besides what can be read from the endpoints' types.</summary>
static class DescribeApi
{
    public static void By(OpenApiOptions options)
    {
        options.AddDocumentTransformer((document, _, _) =>
        {
            document.Info.Title = "Skyline";
            document.Info.Description = "Build RPM packages and serve them as signed repositories.";
            return Task.CompletedTask;
        });
        options.AddOperationTransformer((operation, context, _) =>
        {
            foreach (var said in context.Description.ActionDescriptor.EndpointMetadata) Take(operation, said);
            return Task.CompletedTask;
        });
    }

    static void Take(OpenApiOperation operation, object said)
    {
        if (said is TakenBytes(var what)) operation.RequestBody = Bytes(what);
        if (said is TakenFlag flag)
            (operation.Parameters ??= []).Add(new OpenApiParameter { Name = flag.Name, In = ParameterLocation.Query, Description = flag.What, Schema = new OpenApiSchema { Type = JsonSchemaType.Boolean } });
    }

    static OpenApiRequestBody Bytes(string what) => new()
    {
        Description = what,
        Required = true,
        Content = new Dictionary<string, OpenApiMediaType>
        {
            ["application/octet-stream"] = new() { Schema = new OpenApiSchema { Type = JsonSchemaType.String, Format = "binary" } },
        },
    };
}
