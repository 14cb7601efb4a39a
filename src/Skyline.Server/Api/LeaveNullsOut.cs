using Microsoft.OpenApi;

namespace Skyline.Server.Api;

/// <summary>What is null is left out of an answer, and may be of a request: so what may be null is not required, and a reference need not be one to null too.</summary>
static class LeaveNullsOut
{
    public static void Of(OpenApiDocument document)
    {
        foreach (var schema in (document.Components?.Schemas?.Values ?? []).OfType<OpenApiSchema>())
            foreach (var (name, property) in schema.Properties?.ToList() ?? [])
            {
                if (!MayBeNull(property)) continue;
                schema.Required?.Remove(name);
                if (NullOr(property) is { } there) schema.Properties![name] = there;
            }
        foreach (var body in document.Paths.SelectMany(path => path.Value.Operations ?? []).Select(operation => operation.Value.RequestBody).OfType<OpenApiRequestBody>())
            foreach (var content in body.Content?.Values ?? [])
                if (NullOr(content.Schema) is { } there) (content.Schema, body.Required) = (there, false);
    }

    static OpenApiSchemaReference? NullOr(IOpenApiSchema? schema) => schema?.OneOf is [{ Type: JsonSchemaType.Null }, OpenApiSchemaReference there] ? there : null;

    static bool MayBeNull(IOpenApiSchema schema) =>
        schema.Type?.HasFlag(JsonSchemaType.Null) ?? schema.OneOf?.Any(one => one.Type == JsonSchemaType.Null) ?? false;
}
