using Microsoft.OpenApi;

namespace Skyline.Server.Shell;

static class OpenApiBodies
{
    /// <summary>Says in the API's document that the body is a file's bytes, without refusing clients that name their type otherwise.</summary>
    public static RouteHandlerBuilder TakesBytes(this RouteHandlerBuilder endpoint, string what) => endpoint.AddOpenApiOperationTransformer((operation, _, _) =>
    {
        operation.RequestBody = new OpenApiRequestBody
        {
            Description = what,
            Required = true,
            Content = new Dictionary<string, OpenApiMediaType>
            {
                ["application/octet-stream"] = new() { Schema = new OpenApiSchema { Type = JsonSchemaType.String, Format = "binary" } },
            },
        };
        return Task.CompletedTask;
    });
}
